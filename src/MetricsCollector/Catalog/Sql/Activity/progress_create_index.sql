-- metric: progress_create_index
-- summary: Indexes that are built now, and how far they are.
-- source: pg_stat_progress_create_index
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label pid: Process that does it.
-- label datname: Database.
-- label relid: Object id of the table.
-- label relname: Table, with its schema unless that is searched anyway; empty in databases we are not connected to.
-- label command: What was asked for (CREATE INDEX, REINDEX CONCURRENTLY, ...).
-- label phase: What it does now.
-- gauge done ratio: Share of the current phase that is done, null where it cannot be told.
-- gauge lockers_total lockers: Transactions to wait for in this phase.
-- gauge lockers_done lockers: Transactions already waited for.
-- gauge blocks_total blocks: Blocks to process in this phase.
-- gauge blocks_done blocks: Blocks processed in this phase.
-- gauge tuples_total rows: Rows to process in this phase.
-- gauge tuples_done rows: Rows processed in this phase.
-- gauge partitions_total partitions: Partitions to build the index on.
-- gauge partitions_done partitions: Partitions done.
SELECT
    -- Left out: datid, index_relid and current_locker_pid, which name things and measure nothing.
    p.pid::text AS pid,
    coalesce(p.datname, '') AS datname,
    p.relid::text AS relid,
    CASE WHEN p.datname = current_database() THEN p.relid::regclass::text ELSE '' END AS relname,
    coalesce(p.command, '') AS command,
    coalesce(p.phase, '') AS phase,
    -- Only one of the pairs is in use at a time, the others read zero.
    coalesce(
        p.blocks_done / nullif(p.blocks_total, 0)::float8,
        p.tuples_done / nullif(p.tuples_total, 0)::float8,
        p.lockers_done / nullif(p.lockers_total, 0)::float8) AS done,
    p.lockers_total,
    p.lockers_done,
    p.blocks_total,
    p.blocks_done,
    p.tuples_total,
    p.tuples_done,
    p.partitions_total,
    p.partitions_done
FROM pg_stat_progress_create_index AS p
