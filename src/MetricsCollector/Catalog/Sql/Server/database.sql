-- metric: database
-- summary: Transactions, rows, blocks, temporary files and sessions of each database.
-- source: pg_stat_database
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- label datname: Database, empty for the objects that all databases share.
-- attribute datid: Object id of the database, 0 for the objects that all databases share.
-- gauge numbackends connections: Backends connected now.
-- counter xact_commit transactions: Transactions committed; each parallel worker adds 2, and one that touches no table counts only once its session touches one or ends.
-- counter xact_rollback transactions: Transactions rolled back.
-- counter blks_read blocks: Blocks read from outside shared buffers.
-- counter blks_hit blocks: Blocks found in shared buffers.
-- counter tup_returned rows: Live rows fetched by sequential scans and index entries returned by index scans.
-- counter tup_fetched rows: Live rows fetched by index scans.
-- counter tup_inserted rows: Rows inserted.
-- counter tup_updated rows: Rows updated.
-- counter tup_deleted rows: Rows deleted.
-- counter conflicts queries: Queries cancelled because they conflicted with recovery, on a standby only.
-- counter temp_files files: Temporary files made by queries; those of base backups belong to no database.
-- counter temp_bytes bytes: Data written to temporary files by queries; that of base backups is counted for no database.
-- counter deadlocks deadlocks: Deadlocks detected.
-- counter checksum_failures pages: Pages whose checksum was wrong; null when checksums are off.
-- gauge checksum_last_failure timestamp: When a wrong checksum was last seen.
-- counter blk_read_time milliseconds: Time sessions spent reading data files; 0 unless track_io_timing is on.
-- counter blk_write_time milliseconds: Time sessions spent writing data files; 0 unless track_io_timing is on.
-- counter session_time milliseconds: Time that sessions have been connected, brought up to date when their state changes.
-- counter active_time milliseconds: Time that sessions spent running statements.
-- counter idle_in_transaction_time milliseconds: Time that sessions were idle inside a transaction.
-- counter sessions sessions: Sessions begun.
-- counter sessions_abandoned sessions: Sessions ended because the connection to the client was lost.
-- counter sessions_fatal sessions: Sessions ended by a fatal error.
-- counter sessions_killed sessions: Sessions ended by an operator.
-- counter parallel_workers_to_launch workers: Parallel workers that queries planned to launch.
-- counter parallel_workers_launched workers: Parallel workers that queries launched.
-- gauge stats_reset timestamp: When these counters were last reset by command; a crash resets them too and leaves this null, as the metrics bgwriter, wal and io then tell by theirs.
SELECT
    coalesce(datname, '') AS datname,
    datid::text AS datid,
    numbackends,
    xact_commit,
    xact_rollback,
    blks_read,
    blks_hit,
    tup_returned,
    tup_fetched,
    tup_inserted,
    tup_updated,
    tup_deleted,
    conflicts,
    temp_files,
    temp_bytes,
    deadlocks,
    checksum_failures,
    extract(epoch FROM checksum_last_failure)::float8 AS checksum_last_failure,
    blk_read_time,
    blk_write_time,
    session_time,
    active_time,
    idle_in_transaction_time,
    sessions,
    sessions_abandoned,
    sessions_fatal,
    sessions_killed,
    parallel_workers_to_launch, -- 18+
    parallel_workers_launched, -- 18+
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_database
WHERE coalesce(datname, '') NOT IN
    ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
