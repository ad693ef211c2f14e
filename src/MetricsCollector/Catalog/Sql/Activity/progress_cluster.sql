-- metric: progress_cluster
-- summary: Runs of CLUSTER, VACUUM FULL and REPACK that run now, and how far they are.
-- source: pg_stat_progress_cluster, pg_stat_progress_repack
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label pid: Process that does it.
-- label datname: Database.
-- label relid: Object id of the table.
-- label relname: Table, with its schema unless that is searched anyway; empty in databases we are not connected to.
-- label command: What was asked for (CLUSTER, VACUUM FULL, REPACK).
-- label phase: What it does now.
-- gauge done ratio: Share of the table that is scanned, null while its blocks are not counted.
-- gauge heap_tuples_scanned rows: Rows scanned.
-- gauge heap_tuples_written rows: Rows written.
-- gauge heap_tuples_inserted rows: Rows inserted into the new table, those that REPACK (CONCURRENTLY) catches up with included.
-- gauge heap_tuples_updated rows: Updates that REPACK (CONCURRENTLY) caught up with.
-- gauge heap_tuples_deleted rows: Deletes that REPACK (CONCURRENTLY) caught up with.
-- gauge heap_blks_total blocks: Blocks of the table when its scan began.
-- gauge heap_blks_scanned blocks: Blocks scanned.
-- gauge index_rebuild_count indexes: Indexes rebuilt.
SELECT
    -- Left out: datid and cluster_index_relid (repack_index_relid), which name things and measure nothing.
    p.pid::text AS pid,
    coalesce(p.datname, '') AS datname,
    p.relid::text AS relid,
    CASE WHEN p.datname = current_database() THEN p.relid::regclass::text ELSE '' END AS relname,
    coalesce(p.command, '') AS command,
    coalesce(p.phase, '') AS phase,
    p.heap_blks_scanned / nullif(p.heap_blks_total, 0)::float8 AS done,
    p.heap_tuples_scanned,
    p.heap_tuples_written, -- 14-18
    -- What the view pg_stat_progress_cluster of 19 says; it calls REPACK by the names of the older commands.
    p.heap_tuples_inserted + p.heap_tuples_updated AS heap_tuples_written, -- 19+
    p.heap_tuples_inserted, -- 19+
    p.heap_tuples_updated, -- 19+
    p.heap_tuples_deleted, -- 19+
    p.heap_blks_total,
    p.heap_blks_scanned,
    p.index_rebuild_count
FROM pg_stat_progress_cluster AS p -- 14-18
FROM pg_stat_progress_repack AS p -- 19+
