-- metric: subscription
-- summary: Workers of each logical replication subscription, and what they have received.
-- source: pg_stat_subscription, pg_subscription
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: primary
-- label datname: Database of the subscription.
-- label subname: Subscription.
-- label worker_type: Kind of worker (apply, parallel apply, table synchronization).
-- gauge enabled boolean: 1 when the subscription is enabled.
-- gauge workers workers: Workers running, 0 when the subscription is disabled or cannot start.
-- gauge received_lsn bytes: Last position of the publisher's log received.
-- gauge latest_end_lsn bytes: Last position reported to the publisher.
-- gauge last_msg_send_time timestamp: When the last message was sent, by the clock of the publisher.
-- gauge last_msg_receipt_time timestamp: When the last message was received.
-- gauge last_msg_age seconds: Time since the last message was received.
-- gauge latest_end_time timestamp: When a position was last reported to the publisher.
SELECT
    -- Left out: subid, relid, leader_pid and the pid itself, which name things and measure nothing.
    coalesce(d.datname, '') AS datname,
    st.subname AS subname,
    CASE WHEN st.relid IS NOT NULL THEN 'table synchronization' ELSE 'apply' END AS worker_type, -- 14-15
    CASE WHEN st.relid IS NOT NULL THEN 'table synchronization' WHEN st.leader_pid IS NOT NULL THEN 'parallel apply' ELSE 'apply' END AS worker_type, -- 16
    coalesce(st.worker_type, 'apply') AS worker_type, -- 17+
    max(su.subenabled::int) AS enabled,
    count(st.pid) AS workers,
    (max(st.received_lsn) - '0/0')::float8 AS received_lsn,
    (max(st.latest_end_lsn) - '0/0')::float8 AS latest_end_lsn,
    extract(epoch FROM max(st.last_msg_send_time))::float8 AS last_msg_send_time,
    extract(epoch FROM max(st.last_msg_receipt_time))::float8 AS last_msg_receipt_time,
    extract(epoch FROM clock_timestamp() - max(st.last_msg_receipt_time))::float8 AS last_msg_age,
    extract(epoch FROM max(st.latest_end_time))::float8 AS latest_end_time
FROM pg_stat_subscription AS st
JOIN pg_subscription AS su ON su.oid = st.subid
LEFT JOIN pg_database AS d ON d.oid = su.subdbid
GROUP BY 1, 2, 3
