-- metric: archiver
-- summary: Write-ahead log files archived and failed to archive, and how long ago.
-- source: pg_stat_archiver
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- gauge enabled boolean: 1 when archive_mode is on or always, 0 when nothing is archived.
-- counter archived_count files: Files archived.
-- gauge last_archived_time timestamp: When a file was last archived.
-- gauge last_archived_age seconds: Time since a file was last archived.
-- counter failed_count attempts: Failed attempts to archive a file.
-- gauge last_failed_time timestamp: When archiving last failed.
-- gauge last_failed_age seconds: Time since archiving last failed.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    (current_setting('archive_mode') <> 'off')::int AS enabled,
    archived_count,
    extract(epoch FROM last_archived_time)::float8 AS last_archived_time,
    extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS last_archived_age,
    failed_count,
    extract(epoch FROM last_failed_time)::float8 AS last_failed_time,
    extract(epoch FROM clock_timestamp() - last_failed_time)::float8 AS last_failed_age,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_archiver
