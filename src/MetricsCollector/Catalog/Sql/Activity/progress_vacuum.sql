-- metric: progress_vacuum
-- summary: Vacuums that run now, and how far they are.
-- source: pg_stat_progress_vacuum
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label pid: Process that does it.
-- label datname: Database.
-- label relid: Object id of the table.
-- label relname: Table, with its schema unless that is searched anyway; empty in databases we are not connected to.
-- label phase: What it does now.
-- attribute mode: Kind of vacuum (normal, aggressive, failsafe), empty before 19.
-- attribute started_by: What began it (manual, autovacuum, autovacuum_wraparound), empty before 19.
-- gauge done ratio: Share of the current phase that is done, null where it cannot be told.
-- gauge heap_blks_total blocks: Blocks of the table when the scan began.
-- gauge heap_blks_scanned blocks: Blocks scanned or skipped.
-- gauge heap_blks_vacuumed blocks: Blocks vacuumed.
-- gauge index_vacuum_count rounds: Rounds of index vacuuming ended; more than one means that maintenance memory was too small.
-- gauge max_dead_tuple_bytes bytes: Dead row data that can be kept before the indexes must be vacuumed.
-- gauge dead_tuple_bytes bytes: Dead row data gathered since the last round.
-- gauge max_dead_tuples rows: Dead rows that can be kept before the indexes must be vacuumed.
-- gauge num_dead_item_ids rows: Dead rows gathered since the last round.
-- gauge indexes_total indexes: Indexes to vacuum or clean up.
-- gauge indexes_processed indexes: Indexes done in this round.
-- gauge delay_time milliseconds: Time slept because of cost-based delay; 0 unless track_cost_delay_timing is on.
SELECT
    -- Left out: datid, which names the database a second time.
    p.pid::text AS pid,
    coalesce(p.datname, '') AS datname,
    p.relid::text AS relid,
    CASE WHEN p.datname = current_database() THEN p.relid::regclass::text ELSE '' END AS relname,
    coalesce(p.phase, '') AS phase,
    '' AS mode, -- 14-18
    '' AS started_by, -- 14-18
    coalesce(p.mode, '') AS mode, -- 19+
    coalesce(p.started_by, '') AS started_by, -- 19+
    CASE p.phase WHEN 'scanning heap' THEN p.heap_blks_scanned / nullif(p.heap_blks_total, 0)::float8 WHEN 'vacuuming heap' THEN p.heap_blks_vacuumed / nullif(p.heap_blks_total, 0)::float8 END AS done, -- 14-16
    CASE p.phase WHEN 'scanning heap' THEN p.heap_blks_scanned / nullif(p.heap_blks_total, 0)::float8 WHEN 'vacuuming heap' THEN p.heap_blks_vacuumed / nullif(p.heap_blks_total, 0)::float8 WHEN 'vacuuming indexes' THEN p.indexes_processed / nullif(p.indexes_total, 0)::float8 WHEN 'cleaning up indexes' THEN p.indexes_processed / nullif(p.indexes_total, 0)::float8 END AS done, -- 17+
    p.heap_blks_total,
    p.heap_blks_scanned,
    p.heap_blks_vacuumed,
    p.max_dead_tuple_bytes, -- 17+
    p.dead_tuple_bytes, -- 17+
    p.max_dead_tuples, -- 14-16
    p.num_dead_tuples AS num_dead_item_ids, -- 14-16
    p.num_dead_item_ids, -- 17+
    p.indexes_total, -- 17+
    p.indexes_processed, -- 17+
    p.delay_time, -- 18+
    p.index_vacuum_count
FROM pg_stat_progress_vacuum AS p
