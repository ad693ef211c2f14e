-- metric: progress_copy
-- summary: Runs of COPY that run now, and how far they are.
-- source: pg_stat_progress_copy
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label pid: Process that does it.
-- label datname: Database.
-- label relid: Object id of the table, 0 when a query is copied.
-- label relname: Table, with its schema unless that is searched anyway; empty in databases we are not connected to.
-- label command: Direction (COPY FROM, COPY TO).
-- label type: Where the data comes from or goes to (FILE, PROGRAM, PIPE, CALLBACK).
-- gauge done ratio: Share of the file that is read, null where its size is not known.
-- gauge bytes_processed bytes: Data processed.
-- gauge bytes_total bytes: Size of the file that is read, 0 where it is not known.
-- gauge tuples_processed rows: Rows processed.
-- gauge tuples_excluded rows: Rows left out by the WHERE clause.
-- gauge tuples_skipped rows: Rows skipped because they were malformed.
SELECT
    -- Left out: datid, which names the database a second time.
    p.pid::text AS pid,
    coalesce(p.datname, '') AS datname,
    p.relid::text AS relid,
    CASE WHEN p.datname = current_database() AND p.relid <> 0 THEN p.relid::regclass::text ELSE '' END AS relname,
    coalesce(p.command, '') AS command,
    coalesce(p.type, '') AS type,
    p.bytes_processed / nullif(p.bytes_total, 0)::float8 AS done,
    p.bytes_processed,
    p.bytes_total,
    p.tuples_processed,
    p.tuples_skipped, -- 17+
    p.tuples_excluded
FROM pg_stat_progress_copy AS p
