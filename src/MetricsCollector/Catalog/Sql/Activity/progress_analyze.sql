-- metric: progress_analyze
-- summary: Runs of ANALYZE that run now, and how far they are.
-- source: pg_stat_progress_analyze
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
-- attribute started_by: What began it (manual, autovacuum), empty before 19.
-- gauge done ratio: Share of the sample that is read while rows are acquired, of the extended statistics while they are computed.
-- gauge sample_blks_total blocks: Blocks to sample.
-- gauge sample_blks_scanned blocks: Blocks sampled.
-- gauge ext_stats_total statistics: Extended statistics to compute.
-- gauge ext_stats_computed statistics: Extended statistics computed.
-- gauge child_tables_total tables: Child tables to sample.
-- gauge child_tables_done tables: Child tables sampled.
-- gauge delay_time milliseconds: Time slept because of cost-based delay; 0 unless track_cost_delay_timing is on.
SELECT
    -- Left out: datid and current_child_table_relid, which name things and measure nothing.
    p.pid::text AS pid,
    coalesce(p.datname, '') AS datname,
    p.relid::text AS relid,
    CASE WHEN p.datname = current_database() THEN p.relid::regclass::text ELSE '' END AS relname,
    coalesce(p.phase, '') AS phase,
    '' AS started_by, -- 14-18
    coalesce(p.started_by, '') AS started_by, -- 19+
    CASE
        WHEN p.phase LIKE 'acquiring%' THEN p.sample_blks_scanned / nullif(p.sample_blks_total, 0)::float8
        WHEN p.phase = 'computing extended statistics' THEN p.ext_stats_computed / nullif(p.ext_stats_total, 0)::float8
    END AS done,
    p.sample_blks_total,
    p.sample_blks_scanned,
    p.ext_stats_total,
    p.ext_stats_computed,
    p.child_tables_total,
    p.delay_time, -- 18+
    p.child_tables_done
FROM pg_stat_progress_analyze AS p
