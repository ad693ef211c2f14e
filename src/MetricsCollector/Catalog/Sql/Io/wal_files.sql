-- metric: wal_files
-- summary: Files in the directory of the write-ahead log, and those that wait to be archived.
-- source: pg_ls_waldir, pg_ls_archive_statusdir
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- gauge files files: Segments of write-ahead log, those kept for reuse included.
-- gauge size bytes: Space that all files of the directory take.
-- gauge oldest_age seconds: Time since the segment that was changed longest ago was changed.
-- gauge ready_files files: Files that wait to be archived.
-- gauge oldest_ready_age seconds: Longest time that one of them has been waiting.
SELECT
    w.files,
    w.size,
    w.oldest_age,
    a.ready_files,
    a.oldest_ready_age
FROM
    (SELECT
        count(*) FILTER (WHERE name ~ '^[0-9A-F]{24}$') AS files,
        coalesce(sum(size), 0)::float8 AS size,
        extract(epoch FROM clock_timestamp() - min(modification) FILTER (WHERE name ~ '^[0-9A-F]{24}$'))::float8 AS oldest_age
     FROM pg_ls_waldir()) AS w,
    (SELECT
        count(*) AS ready_files,
        coalesce(extract(epoch FROM clock_timestamp() - min(modification)), 0)::float8 AS oldest_ready_age
     FROM pg_ls_archive_statusdir()
     WHERE name LIKE '%.ready') AS a
