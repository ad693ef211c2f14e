-- metric: progress_basebackup
-- summary: Base backups that are taken now, and how far they are.
-- source: pg_stat_progress_basebackup
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label pid: Process that sends the backup.
-- label phase: What it does now.
-- attribute backup_type: Kind of backup (full, incremental), empty before 19.
-- gauge done ratio: Share of the data that is sent, null when its size was not estimated, and for an incremental backup, whose size is estimated as that of a full one (17 and 18 do not tell these apart: too low there).
-- gauge backup_total bytes: Data to send, null when it was not estimated; for an incremental backup the size of a full one.
-- gauge backup_streamed bytes: Data sent.
-- gauge tablespaces_total tablespaces: Tablespaces to send.
-- gauge tablespaces_streamed tablespaces: Tablespaces sent.
SELECT
    pid::text AS pid,
    coalesce(phase, '') AS phase,
    '' AS backup_type, -- 14-18
    coalesce(backup_type, '') AS backup_type, -- 19+
    -- The total is an estimate made at the beginning: more may be sent.
    least(1, backup_streamed / nullif(backup_total, 0)::float8) AS done, -- 14-18
    CASE WHEN backup_type IS DISTINCT FROM 'incremental' THEN least(1, backup_streamed / nullif(backup_total, 0)::float8) END AS done, -- 19+
    backup_total,
    backup_streamed,
    tablespaces_total,
    tablespaces_streamed
FROM pg_stat_progress_basebackup
