-- metric: load
-- summary: Seconds that sessions were active, by what they waited for, whose they are and which statement they ran: their rate is the average number of active sessions.
-- source: pg_stat_activity
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- privilege: pg_read_all_stats
-- sampled: LoadInterval
-- texts: statements
-- label wait_event_type: Kind of event the sessions waited for, empty when they did not wait (CPU); (others) in the row of all that are not kept.
-- label wait_event: Event the sessions waited for, empty when they did not wait.
-- label datname: Database of the sessions, empty for processes that belong to none.
-- label usename: Role of the sessions, empty for most background processes.
-- label application_name: Name that the sessions give themselves.
-- label backend_type: Kind of process (client backend, parallel worker, autovacuum worker, ...).
-- label queryid: Identifier of the statement they ran, as in statements; empty where the server computes none (compute_query_id).
-- counter active_seconds seconds: Time that sessions were active, one for each session and second; processes that wait for work are idle.
SELECT
    coalesce(wait_event_type, '') AS wait_event_type,
    coalesce(wait_event, '') AS wait_event,
    coalesce(datname, '') AS datname,
    coalesce(usename, '') AS usename,
    coalesce(application_name, '') AS application_name,
    coalesce(backend_type, '') AS backend_type,
    coalesce(query_id::text, '') AS queryid,
    -- What is there at this moment; the collector multiplies it by the time since the last sample.
    count(*) AS active_seconds
FROM pg_stat_activity
WHERE state IN ('active', 'fastpath function call')
  -- PostgreSQL's name for processes that are idle, such as a walsender that has sent everything.
  AND wait_event_type IS DISTINCT FROM 'Activity'
  AND pid <> pg_backend_pid()
  AND application_name IS DISTINCT FROM 'metrics-collector'
GROUP BY 1, 2, 3, 4, 5, 6, 7
