-- metric: wal_receiver
-- summary: The process that receives write-ahead log on a standby, and whether there is one.
-- source: pg_stat_wal_receiver
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: standby
-- privilege: pg_read_all_stats
-- attribute sender_host: Host that the log comes from.
-- attribute sender_port: Port that the log comes from.
-- attribute slot_name: Replication slot in use, empty when there is none.
-- attribute status: What the receiver does (streaming, connecting, starting, waiting, ...), empty when there is none.
-- gauge connected boolean: 1 when a receiver runs, 0 when there is none or it has no answer from the sender yet (connecting).
-- gauge streaming boolean: 1 when it streams, 0 when it connects, starts, waits or stops.
-- gauge receive_start_lsn bytes: Position in the write-ahead log where it began to receive.
-- gauge receive_start_tli timeline: Timeline on which it began to receive.
-- gauge written_lsn bytes: Position that it has written.
-- gauge flushed_lsn bytes: Position that it has flushed to disk.
-- gauge received_tli timeline: Timeline of the last position it has flushed.
-- gauge last_msg_send_time timestamp: When the last message was sent, by the clock of the sender.
-- gauge last_msg_receipt_time timestamp: When the last message was received.
-- gauge last_msg_age seconds: Time since the last message was received.
-- gauge latest_end_lsn bytes: Last position that it reported to the sender.
-- gauge latest_end_time timestamp: When it reported that position.
SELECT
    -- Left out: pid, which names the process.
    coalesce(r.sender_host, '') AS sender_host,
    coalesce(r.sender_port::text, '') AS sender_port,
    coalesce(r.slot_name, '') AS slot_name,
    coalesce(r.status, '') AS status,
    -- From 19 on there is a row before the sender has answered; its times are then no messages'.
    (r.pid IS NOT NULL AND r.status IS DISTINCT FROM 'connecting')::int AS connected,
    (r.status IS NOT DISTINCT FROM 'streaming')::int AS streaming,
    (r.receive_start_lsn - '0/0')::float8 AS receive_start_lsn,
    r.receive_start_tli,
    (r.written_lsn - '0/0')::float8 AS written_lsn,
    (r.flushed_lsn - '0/0')::float8 AS flushed_lsn,
    r.received_tli,
    CASE WHEN r.status <> 'connecting' THEN extract(epoch FROM r.last_msg_send_time)::float8 END AS last_msg_send_time,
    CASE WHEN r.status <> 'connecting' THEN extract(epoch FROM r.last_msg_receipt_time)::float8 END AS last_msg_receipt_time,
    CASE WHEN r.status <> 'connecting' THEN extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time)::float8 END AS last_msg_age,
    (r.latest_end_lsn - '0/0')::float8 AS latest_end_lsn,
    extract(epoch FROM r.latest_end_time)::float8 AS latest_end_time
-- The view has no row when there is no receiver, and that is what one wants to be told.
FROM (SELECT 1) AS one
LEFT JOIN pg_stat_wal_receiver AS r ON true
