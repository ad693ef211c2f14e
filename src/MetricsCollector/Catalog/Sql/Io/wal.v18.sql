-- metric: wal
-- summary: Write-ahead log made, and how often and how long it was written and flushed.
-- source: pg_stat_wal, pg_stat_io, pg_current_wal_lsn, pg_last_wal_replay_lsn
-- postgres: 18+
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- gauge lsn bytes: Position in the write-ahead log: written so far on a primary, replayed so far on a standby.
-- counter wal_records records: Records made.
-- counter wal_fpi images: Full page images made.
-- counter wal_bytes bytes: Write-ahead log made.
-- counter wal_fpi_bytes bytes: Full page images made.
-- counter wal_buffers_full writes: Writes because the WAL buffers were full.
-- counter wal_write writes: Writes of write-ahead log to disk, those of a standby's receiver included.
-- counter wal_sync calls: Flushes of WAL files to disk.
-- counter wal_write_time milliseconds: Time spent writing write-ahead log; 0 unless track_wal_io_timing is on.
-- counter wal_sync_time milliseconds: Time spent flushing WAL files; 0 unless track_wal_io_timing is on.
-- gauge stats_reset timestamp: When the counters of pg_stat_wal were last reset.
SELECT
    -- A standby has no current position and fails when asked for it.
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::float8 AS lsn,
    w.wal_records,
    w.wal_fpi,
    w.wal_bytes::float8 AS wal_bytes,
    w.wal_fpi_bytes::float8 AS wal_fpi_bytes, -- 19+
    w.wal_buffers_full,
    io.wal_write,
    io.wal_sync,
    io.wal_write_time,
    io.wal_sync_time,
    extract(epoch FROM w.stats_reset)::float8 AS stats_reset
FROM pg_stat_wal AS w,
    (SELECT
        sum(writes)::float8 AS wal_write,
        sum(fsyncs)::float8 AS wal_sync,
        sum(write_time) AS wal_write_time,
        sum(fsync_time) AS wal_sync_time
     FROM pg_stat_io
     -- To 17 the making of new, empty WAL files was not counted either: that is the context 'init'.
     WHERE object = 'wal' AND context = 'normal') AS io
