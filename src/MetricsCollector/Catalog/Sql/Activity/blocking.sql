-- metric: blocking
-- summary: Sessions that wait for a lock, how long, and how deep they are queued behind one another.
-- source: pg_stat_activity, pg_locks, pg_blocking_pids
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- preset: minimal
-- gauge blocked sessions: Sessions that wait for a lock now.
-- gauge blockers sessions: Sessions and prepared transactions that others wait for and that do not wait themselves.
-- gauge idle_blockers sessions: Those of the blockers that are idle inside a transaction.
-- gauge longest_wait seconds: Longest time that a session has been waiting for its lock.
-- gauge deepest_chain sessions: Most sessions queued one behind the other, judged by the 50 that have waited longest.
WITH RECURSIVE blocked AS MATERIALIZED (
    -- Backends are asked one by one what they wait for: all of pg_stat_activity would take milliseconds where hundreds are connected.
    SELECT pg_stat_get_backend_pid(id) AS pid
    FROM pg_stat_get_backend_idset() AS id
    WHERE pg_stat_get_backend_wait_event_type(id) = 'Lock'
), waiting AS MATERIALIZED (
    -- pg_blocking_pids stops all locking for a moment: a pile-up must not get worse because we look at it.
    SELECT pid FROM blocked ORDER BY (SELECT query_start FROM pg_stat_get_activity(pid)) LIMIT 50
), edges AS MATERIALIZED (
    SELECT DISTINCT w.pid, b.pid AS blocker
    FROM waiting AS w, unnest(pg_blocking_pids(w.pid)) AS b (pid)
), roots AS MATERIALIZED (
    -- One state each, as the planner can see: where it expects many rows, it has each session keep megabytes for their hash table.
    SELECT e.pid, (SELECT state FROM pg_stat_get_activity(e.pid)) AS state
    FROM (SELECT DISTINCT blocker AS pid FROM edges) AS e
    WHERE e.pid NOT IN (SELECT pid FROM blocked)
), chains (pid, depth) AS (
    SELECT pid, 0 FROM roots
    UNION
    -- The limit ends it where a deadlock closes a circle.
    SELECT e.pid, c.depth + 1
    FROM chains AS c
    JOIN edges AS e ON e.blocker = c.pid
    WHERE c.depth < 50
)
SELECT
    (SELECT count(*) FROM blocked) AS blocked,
    (SELECT count(*) FROM roots) AS blockers,
    (SELECT count(*) FROM roots WHERE state LIKE 'idle in transaction%') AS idle_blockers,
    -- A lock has no waitstart for the first moment: then the time is unknown, which greatest would turn into 0.
    CASE WHEN NOT EXISTS (SELECT 1 FROM waiting) THEN 0
        WHEN w.waitstart IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - w.waitstart)) END::float8 AS longest_wait,
    (SELECT coalesce(max(depth), 0) FROM chains) AS deepest_chain
FROM (SELECT min(waitstart) AS waitstart FROM pg_locks WHERE NOT granted) AS w
