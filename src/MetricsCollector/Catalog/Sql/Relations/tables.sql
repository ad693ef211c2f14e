-- metric: tables
-- summary: Scans, rows changed, blocks read and maintenance of each table.
-- source: pg_stat_user_tables, pg_statio_user_tables
-- postgres: 14+
-- scope: database
-- every: 1m
-- role: any
-- top: activity
-- label schemaname: Schema.
-- label relname: Table.
-- counter seq_scan scans: Sequential scans.
-- gauge last_seq_scan timestamp: When the table was last scanned sequentially.
-- counter seq_tup_read rows: Live rows fetched by sequential scans.
-- counter idx_scan scans: Index scans, null for a table without indexes.
-- gauge last_idx_scan timestamp: When an index of the table was last scanned.
-- counter idx_tup_fetch rows: Live rows fetched by index scans, null for a table without indexes.
-- counter n_tup_ins rows: Rows inserted.
-- counter n_tup_upd rows: Rows updated.
-- counter n_tup_del rows: Rows deleted.
-- counter n_tup_hot_upd rows: Rows updated without new index entries (HOT).
-- counter n_tup_newpage_upd rows: Rows updated whose new version went to another page.
-- gauge n_live_tup rows: Estimated live rows.
-- gauge n_dead_tup rows: Estimated dead rows.
-- gauge n_mod_since_analyze rows: Estimated rows changed since the last analyze.
-- gauge n_ins_since_vacuum rows: Estimated rows inserted since the last vacuum.
-- gauge last_vacuum timestamp: When the table was last vacuumed by hand.
-- gauge last_autovacuum timestamp: When autovacuum last vacuumed the table.
-- gauge last_analyze timestamp: When the table was last analyzed by hand.
-- gauge last_autoanalyze timestamp: When autovacuum last analyzed the table.
-- counter vacuum_count runs: Vacuums by hand.
-- counter autovacuum_count runs: Vacuums by autovacuum.
-- counter analyze_count runs: Analyzes by hand.
-- counter autoanalyze_count runs: Analyzes by autovacuum.
-- counter total_vacuum_time milliseconds: Time spent vacuuming by hand.
-- counter total_autovacuum_time milliseconds: Time autovacuum spent vacuuming.
-- counter total_analyze_time milliseconds: Time spent analyzing by hand.
-- counter total_autoanalyze_time milliseconds: Time autovacuum spent analyzing.
-- counter heap_blks_read blocks: Blocks of the table read from outside shared buffers.
-- counter heap_blks_hit blocks: Blocks of the table found in shared buffers.
-- counter idx_blks_read blocks: Blocks of its indexes read from outside shared buffers.
-- counter idx_blks_hit blocks: Blocks of its indexes found in shared buffers.
-- counter toast_blks_read blocks: Blocks of its TOAST table read from outside shared buffers.
-- counter toast_blks_hit blocks: Blocks of its TOAST table found in shared buffers.
-- counter tidx_blks_read blocks: Blocks of the TOAST table's index read from outside shared buffers.
-- counter tidx_blks_hit blocks: Blocks of the TOAST table's index found in shared buffers.
-- gauge stats_reset timestamp: When the statistics of the table were last reset; from 19 on.
WITH idx AS MATERIALIZED (
    -- The two views go through the indexes twice, those of the system catalogs too; this asks the functions below them once.
    SELECT
        indrelid,
        sum(pg_stat_get_numscans(indexrelid))::bigint AS idx_scan,
        max(pg_stat_get_lastscan(indexrelid)) AS last_idx_scan, -- 16+
        sum(pg_stat_get_tuples_fetched(indexrelid))::bigint AS tup_fetched,
        sum(pg_stat_get_blocks_fetched(indexrelid))::bigint AS blks_fetched,
        sum(pg_stat_get_blocks_hit(indexrelid))::bigint AS blks_hit
    FROM pg_index
    -- Objects of the system have lower object ids.
    WHERE indrelid >= 16384
    GROUP BY indrelid
)
SELECT
    -- Left out: relid, which names the table a second time.
    n.nspname AS schemaname,
    c.relname AS relname,
    pg_stat_get_numscans(c.oid) AS seq_scan,
    extract(epoch FROM pg_stat_get_lastscan(c.oid))::float8 AS last_seq_scan, -- 16+
    pg_stat_get_tuples_returned(c.oid) AS seq_tup_read,
    i.idx_scan AS idx_scan,
    extract(epoch FROM i.last_idx_scan)::float8 AS last_idx_scan, -- 16+
    i.tup_fetched + pg_stat_get_tuples_fetched(c.oid) AS idx_tup_fetch,
    pg_stat_get_tuples_inserted(c.oid) AS n_tup_ins,
    pg_stat_get_tuples_updated(c.oid) AS n_tup_upd,
    pg_stat_get_tuples_deleted(c.oid) AS n_tup_del,
    pg_stat_get_tuples_hot_updated(c.oid) AS n_tup_hot_upd,
    pg_stat_get_tuples_newpage_updated(c.oid) AS n_tup_newpage_upd, -- 16+
    pg_stat_get_live_tuples(c.oid) AS n_live_tup,
    pg_stat_get_dead_tuples(c.oid) AS n_dead_tup,
    pg_stat_get_mod_since_analyze(c.oid) AS n_mod_since_analyze,
    pg_stat_get_ins_since_vacuum(c.oid) AS n_ins_since_vacuum,
    extract(epoch FROM pg_stat_get_last_vacuum_time(c.oid))::float8 AS last_vacuum,
    extract(epoch FROM pg_stat_get_last_autovacuum_time(c.oid))::float8 AS last_autovacuum,
    extract(epoch FROM pg_stat_get_last_analyze_time(c.oid))::float8 AS last_analyze,
    extract(epoch FROM pg_stat_get_last_autoanalyze_time(c.oid))::float8 AS last_autoanalyze,
    pg_stat_get_vacuum_count(c.oid) AS vacuum_count,
    pg_stat_get_autovacuum_count(c.oid) AS autovacuum_count,
    pg_stat_get_analyze_count(c.oid) AS analyze_count,
    pg_stat_get_autoanalyze_count(c.oid) AS autoanalyze_count,
    pg_stat_get_total_vacuum_time(c.oid) AS total_vacuum_time, -- 18+
    pg_stat_get_total_autovacuum_time(c.oid) AS total_autovacuum_time, -- 18+
    pg_stat_get_total_analyze_time(c.oid) AS total_analyze_time, -- 18+
    pg_stat_get_total_autoanalyze_time(c.oid) AS total_autoanalyze_time, -- 18+
    extract(epoch FROM pg_stat_get_stat_reset_time(c.oid))::float8 AS stats_reset, -- 19+
    pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_blocks_hit(c.oid) AS heap_blks_read,
    pg_stat_get_blocks_hit(c.oid) AS heap_blks_hit,
    i.blks_fetched - i.blks_hit AS idx_blks_read,
    i.blks_hit AS idx_blks_hit,
    pg_stat_get_blocks_fetched(nullif(c.reltoastrelid, 0)) - pg_stat_get_blocks_hit(nullif(c.reltoastrelid, 0)) AS toast_blks_read,
    pg_stat_get_blocks_hit(nullif(c.reltoastrelid, 0)) AS toast_blks_hit,
    t.blks_fetched - t.blks_hit AS tidx_blks_read,
    t.blks_hit AS tidx_blks_hit,
    pg_stat_get_tuples_returned(c.oid) + coalesce(i.tup_fetched, 0) + pg_stat_get_tuples_inserted(c.oid)
        + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) + pg_stat_get_blocks_fetched(c.oid) AS activity
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN idx AS i ON i.indrelid = c.oid
LEFT JOIN idx AS t ON t.indrelid = c.reltoastrelid
WHERE c.oid >= 16384
  AND c.relkind IN ('r', 'm', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
