-- Shards are what a new machine takes over, so there are as many as machines are likely; each costs every partition a table.
SELECT create_distributed_table(@table::text::regclass, 'series_id', colocate_with => 'none', shard_count => 8)
