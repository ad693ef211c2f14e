-- metric: replication
-- summary: How far every receiver of this server's write-ahead log is behind, in bytes and in seconds.
-- source: pg_stat_replication, pg_replication_slots, pg_current_wal_lsn, pg_last_wal_receive_lsn
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- preset: minimal
-- label application_name: Name that the receiver gives itself.
-- label client_addr: Address of the receiver, empty for a local socket.
-- label slot_name: Replication slot it uses, empty when it uses none.
-- attribute state: What the receiver does (streaming, catchup, backup, ...); of several the first by name.
-- attribute pid: Process that sends to it; of several the lowest.
-- gauge receivers receivers: Receivers with these labels, 1 unless several share them; the fields below tell the worst of them.
-- gauge streaming boolean: 1 when it streams, 0 while it starts, catches up, makes a backup or stops.
-- gauge synchronous boolean: 1 when commits may wait for it now (sync or quorum).
-- gauge sync_priority priority: Its place in the list of synchronous standbys, 0 for an asynchronous one.
-- gauge backend_age seconds: Time since it connected.
-- gauge backend_xmin_age transactions: Age of the oldest snapshot it reports by hot_standby_feedback.
-- gauge current_wal_lsn bytes: Position in the write-ahead log here: written so far on a primary, received so far on a standby.
-- gauge sent_lsn bytes: Position in the write-ahead log sent so far.
-- gauge write_lsn bytes: Position that it has written.
-- gauge flush_lsn bytes: Position that it has flushed to disk.
-- gauge replay_lsn bytes: Position that it has replayed.
-- gauge sent_lag_bytes bytes: Write-ahead log not yet sent to it.
-- gauge write_lag_bytes bytes: Write-ahead log not yet written by it.
-- gauge flush_lag_bytes bytes: Write-ahead log not yet flushed by it.
-- gauge replay_lag_bytes bytes: Write-ahead log not yet replayed by it.
-- gauge write_lag seconds: Time from flushing recent log here until it reported to have written it, 0 when it has written everything.
-- gauge flush_lag seconds: Time from flushing recent log here until it reported to have flushed it, 0 when it has flushed everything.
-- gauge replay_lag seconds: Time from flushing recent log here until it reported to have replayed it, 0 when it has replayed everything.
-- gauge reply_time timestamp: When it sent its last reply, by its own clock.
-- absent receivers: 0
SELECT
    -- Left out: usesysid and client_port name the connection and measure nothing.
    coalesce(a.application_name, '') AS application_name,
    coalesce(host(a.client_addr), '') AS client_addr,
    coalesce(s.slot_name, '') AS slot_name,
    coalesce(min(r.state), '') AS state,
    coalesce(min(r.pid)::text, '') AS pid,
    count(*) AS receivers,
    min((r.state = 'streaming')::int) AS streaming,
    max((r.sync_state IN ('sync', 'quorum'))::int) AS synchronous,
    max(r.sync_priority) AS sync_priority,
    max(extract(epoch FROM clock_timestamp() - a.backend_start))::float8 AS backend_age,
    max(age(a.backend_xmin)) AS backend_xmin_age,
    (max(here.lsn) - '0/0')::float8 AS current_wal_lsn,
    (min(r.sent_lsn) - '0/0')::float8 AS sent_lsn,
    (min(r.write_lsn) - '0/0')::float8 AS write_lsn,
    (min(r.flush_lsn) - '0/0')::float8 AS flush_lsn,
    (min(r.replay_lsn) - '0/0')::float8 AS replay_lsn,
    -- greatest passes over NULL: a receiver that has reported nothing is not one without lag.
    CASE WHEN max(here.lsn - r.sent_lsn) IS NOT NULL THEN greatest(0, max(here.lsn - r.sent_lsn))::float8 END AS sent_lag_bytes,
    CASE WHEN max(here.lsn - r.write_lsn) IS NOT NULL THEN greatest(0, max(here.lsn - r.write_lsn))::float8 END AS write_lag_bytes,
    CASE WHEN max(here.lsn - r.flush_lsn) IS NOT NULL THEN greatest(0, max(here.lsn - r.flush_lsn))::float8 END AS flush_lag_bytes,
    CASE WHEN max(here.lsn - r.replay_lsn) IS NOT NULL THEN greatest(0, max(here.lsn - r.replay_lsn))::float8 END AS replay_lag_bytes,
    -- The server forgets the times when nothing is left to write: then there is no lag, not an unknown one.
    max(coalesce(extract(epoch FROM r.write_lag), CASE WHEN r.write_lsn >= here.lsn THEN 0 END))::float8 AS write_lag,
    max(coalesce(extract(epoch FROM r.flush_lag), CASE WHEN r.flush_lsn >= here.lsn THEN 0 END))::float8 AS flush_lag,
    max(coalesce(extract(epoch FROM r.replay_lag), CASE WHEN r.replay_lsn >= here.lsn THEN 0 END))::float8 AS replay_lag,
    extract(epoch FROM min(r.reply_time))::float8 AS reply_time
-- What pg_stat_replication is made of: the view itself first lists every session of the server, which takes milliseconds where hundreds are connected.
FROM pg_stat_get_wal_senders() AS r
JOIN pg_stat_get_activity(r.pid) AS a ON true
LEFT JOIN pg_replication_slots AS s ON s.active_pid = r.pid
-- A standby passes on what it has received and has no position of its own.
CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                        ELSE pg_current_wal_lsn() END AS lsn) AS here
GROUP BY 1, 2, 3
