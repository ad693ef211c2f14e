-- metric: recovery
-- summary: What a standby has received and replayed, and how far replay is behind.
-- source: pg_last_wal_receive_lsn, pg_last_wal_replay_lsn, pg_last_xact_replay_timestamp, pg_get_wal_replay_pause_state
-- postgres: 14-18
-- scope: instance
-- every: 15s
-- role: standby
-- preset: minimal
-- gauge receive_lsn bytes: Position in the write-ahead log received and flushed by streaming.
-- gauge replay_lsn bytes: Position in the write-ahead log replayed.
-- gauge replay_lag_bytes bytes: Write-ahead log received but not yet replayed.
-- gauge last_xact_replay_time timestamp: When the last replayed transaction ended on the primary.
-- gauge last_xact_replay_age seconds: Time since the last replayed transaction ended on the primary, also when there is nothing left to replay.
-- gauge lag seconds: Time since the last replayed transaction ended on the primary, 0 when everything received is replayed.
-- gauge replay_paused boolean: 1 when replay is paused or asked to pause.
SELECT
    (receive_lsn - '0/0')::float8 AS receive_lsn,
    (replay_lsn - '0/0')::float8 AS replay_lsn,
    CASE WHEN receive_lsn IS NOT NULL AND replay_lsn IS NOT NULL THEN greatest(0, receive_lsn - replay_lsn)::float8 END AS replay_lag_bytes,
    extract(epoch FROM replay_time)::float8 AS last_xact_replay_time,
    -- greatest passes over NULL: before the first transaction is replayed nothing is known, which is not no lag.
    CASE WHEN replay_time IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - replay_time))::float8 END AS last_xact_replay_age,
    -- An idle primary ends no transactions: without the first branch its standby would seem to fall behind.
    CASE WHEN replay_lsn >= receive_lsn THEN 0
         WHEN replay_time IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - replay_time)) END::float8 AS lag,
    -- Right after a promotion this may still be asked, and the function fails outside recovery.
    CASE WHEN pg_is_in_recovery() THEN (pg_get_wal_replay_pause_state() <> 'not paused')::int END AS replay_paused
FROM (SELECT
        pg_last_wal_receive_lsn() AS receive_lsn,
        pg_last_wal_replay_lsn() AS replay_lsn,
        pg_last_xact_replay_timestamp() AS replay_time) AS r
