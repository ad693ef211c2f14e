-- metric: indexes
-- summary: Use of each index, and whether it is valid and unique.
-- source: pg_stat_user_indexes, pg_statio_user_indexes, pg_index
-- postgres: 14+
-- scope: database
-- every: 1m
-- role: any
-- top: activity
-- label schemaname: Schema.
-- label relname: Table.
-- label indexrelname: Index.
-- counter idx_scan scans: Scans of the index.
-- gauge last_idx_scan timestamp: When the index was last scanned.
-- counter idx_tup_read entries: Index entries returned by scans.
-- counter idx_tup_fetch rows: Live rows fetched by plain scans of the index.
-- counter idx_blks_read blocks: Blocks read from outside shared buffers.
-- counter idx_blks_hit blocks: Blocks found in shared buffers.
-- gauge indisvalid boolean: 1 when queries may use the index, 0 after a failed concurrent build.
-- gauge indisready boolean: 1 when inserts maintain the index.
-- gauge indisunique boolean: 1 when the index is unique.
-- gauge indisprimary boolean: 1 when the index is that of the primary key.
-- gauge stats_reset timestamp: When the statistics of the index were last reset; from 19 on.
SELECT
    -- Left out: relid and indexrelid, which name the table and the index a second time, and the flags of pg_index that never matter
    -- to whether it is used: indisexclusion, indimmediate, indisclustered, indcheckxmin, indislive, indisreplident, indnullsnotdistinct.
    -- The views look at every index of the system catalogs too; the functions below them are asked for user indexes alone.
    n.nspname AS schemaname,
    c.relname AS relname,
    i.relname AS indexrelname,
    pg_stat_get_numscans(i.oid) AS idx_scan,
    extract(epoch FROM pg_stat_get_lastscan(i.oid))::float8 AS last_idx_scan, -- 16+
    pg_stat_get_tuples_returned(i.oid) AS idx_tup_read,
    pg_stat_get_tuples_fetched(i.oid) AS idx_tup_fetch,
    pg_stat_get_blocks_fetched(i.oid) - pg_stat_get_blocks_hit(i.oid) AS idx_blks_read,
    pg_stat_get_blocks_hit(i.oid) AS idx_blks_hit,
    x.indisvalid::int AS indisvalid,
    x.indisready::int AS indisready,
    x.indisunique::int AS indisunique,
    x.indisprimary::int AS indisprimary,
    extract(epoch FROM pg_stat_get_stat_reset_time(i.oid))::float8 AS stats_reset, -- 19+
    pg_stat_get_numscans(i.oid) + pg_stat_get_tuples_returned(i.oid) + pg_stat_get_blocks_fetched(i.oid) AS activity
FROM pg_index AS x
JOIN pg_class AS i ON i.oid = x.indexrelid
JOIN pg_class AS c ON c.oid = x.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
-- Objects of the system have lower object ids.
WHERE x.indexrelid >= 16384
  AND i.relkind = 'i'
  AND c.oid >= 16384
  AND c.relkind IN ('r', 'm')
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
