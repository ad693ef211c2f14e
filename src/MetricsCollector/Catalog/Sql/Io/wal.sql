-- metric: wal
-- summary: Write-ahead log made, and how often and how long it was written and flushed.
-- source: pg_stat_wal, pg_current_wal_lsn, pg_last_wal_replay_lsn
-- postgres: 14-17
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- gauge lsn bytes: Position in the write-ahead log: written so far on a primary, replayed so far on a standby.
-- counter wal_records records: Records made.
-- counter wal_fpi images: Full page images made.
-- counter wal_bytes bytes: Write-ahead log made.
-- counter wal_buffers_full writes: Writes because the WAL buffers were full.
-- counter wal_write writes: Writes of WAL buffers to disk.
-- counter wal_sync calls: Flushes of WAL files to disk.
-- counter wal_write_time milliseconds: Time spent writing WAL buffers; 0 unless track_wal_io_timing is on.
-- counter wal_sync_time milliseconds: Time spent flushing WAL files; 0 unless track_wal_io_timing is on.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    -- A standby has no current position and fails when asked for it.
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::float8 AS lsn,
    wal_records,
    wal_fpi,
    wal_bytes::float8 AS wal_bytes,
    wal_buffers_full,
    wal_write,
    wal_sync,
    wal_write_time,
    wal_sync_time,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_wal
