-- metric: activity
-- summary: Sessions by whose they are and what they do and wait for, and the oldest transaction, query and snapshot among them.
-- source: pg_stat_activity
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- preset: minimal
-- label datname: Database of the sessions, empty for processes that belong to none.
-- label state: State of the sessions (active, idle, idle in transaction, ...), empty for background processes.
-- label usename: Role of the sessions, empty for most background processes.
-- label application_name: Name that the sessions give themselves; past the 100 names with the most sessions it is (others).
-- label backend_type: Kind of process (client backend, walsender, autovacuum worker, ...).
-- label wait_event_type: Kind of event the sessions wait for, empty when they do not wait; BufferPin is called Buffer from 19 on.
-- label wait_event: Event the sessions wait for, empty when they do not wait.
-- gauge sessions sessions: Sessions of this kind now.
-- gauge transactions transactions: Those of them that have a transaction open.
-- gauge backend_age seconds: Longest time since one of them connected or was started.
-- gauge xact_age seconds: Longest time since one of them began its open transaction.
-- gauge query_age seconds: Longest time since one of them began the query it is running.
-- gauge state_age seconds: Longest time that one of them has been in its state.
-- gauge backend_xid_age transactions: Age of the oldest transaction id held by one of them.
-- gauge backend_xmin_age transactions: Age of the oldest snapshot held by one of them, which keeps vacuum from removing rows.
-- absent sessions: 0
-- absent transactions: 0
SELECT
    -- Left out: pid, leader_pid, datid, usesysid, client_port and query_id name a session or its statement and measure nothing.
    coalesce(datname, '') AS datname,
    coalesce(state, '') AS state,
    coalesce(usename, '') AS usename,
    -- Some programs put a number of their own into their name: a busy server must not have a series for each.
    CASE WHEN place > 100 THEN '(others)'
         WHEN application_name LIKE 'mc-lease %' THEN 'mc-lease' -- that of collectors which share a store on this server
         ELSE coalesce(application_name, '') END AS application_name,
    coalesce(backend_type, '') AS backend_type,
    coalesce(wait_event_type, '') AS wait_event_type,
    coalesce(wait_event, '') AS wait_event,
    count(*) AS sessions,
    count(xact_start) AS transactions,
    -- Sessions that begin while we look would be younger than nothing.
    CASE WHEN min(backend_start) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - min(backend_start)))::float8 END AS backend_age,
    CASE WHEN min(xact_start) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - min(xact_start)))::float8 END AS xact_age,
    CASE WHEN min(query_start) FILTER (WHERE state IN ('active', 'fastpath function call')) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - min(query_start) FILTER (WHERE state IN ('active', 'fastpath function call'))))::float8 END AS query_age,
    CASE WHEN min(state_change) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - min(state_change)))::float8 END AS state_age,
    max(age(backend_xid)) AS backend_xid_age,
    max(age(backend_xmin)) AS backend_xmin_age
FROM (
    SELECT *, dense_rank() OVER (ORDER BY namesakes DESC, application_name) AS place
    FROM (
        SELECT *, count(*) OVER (PARTITION BY application_name) AS namesakes
        FROM pg_stat_activity
        WHERE pid <> pg_backend_pid()
          AND application_name IS DISTINCT FROM 'metrics-collector'
    ) AS others
) AS ranked
GROUP BY 1, 2, 3, 4, 5, 6, 7
