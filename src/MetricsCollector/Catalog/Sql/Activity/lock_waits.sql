-- metric: lock_waits
-- summary: Who waits for whom: one row for each session that waits for a lock and each session that it waits for; none while nobody waits.
-- source: pg_locks, pg_stat_activity, pg_blocking_pids, pg_prepared_xacts
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- privilege: pg_read_all_stats
-- label blocked_pid: Process that waits.
-- label blocker_pid: Process that it waits for; 0 for a prepared transaction.
-- label blocker_gid: Global identifier of the prepared transaction that it waits for, empty for a session.
-- label datname: Database of the session that waits.
-- label locktype: Kind of the locked object (relation, transactionid, tuple, ...).
-- label mode: Mode of the lock that is waited for.
-- label relation: Table or index, with its schema unless that is searched anyway; its object id where the name could not be read; empty where none is known.
-- label blocked_queryid: Identifier of the statement that waits; where the server computes none, a hash of its text.
-- label blocker_queryid: Identifier of the statement that the blocker runs or ran last; where the server computes none, a hash of its text.
-- label blocker_state: State of the blocker (active, idle in transaction, ...), prepared for a prepared transaction.
-- attribute blocked_usename: Role of the session that waits.
-- attribute blocked_application: Name that the session that waits gives itself.
-- attribute blocked_query: Beginning of the statement that waits, with its constants; left out where texts of statements are not collected.
-- attribute blocker_usename: Role of the blocker.
-- attribute blocker_application: Name that the blocker gives itself.
-- attribute blocker_query: Beginning of the statement that the blocker runs or ran last, with its constants; left out where texts of statements are not collected.
-- gauge wait seconds: Time since it began to wait, null in the first moment.
-- gauge since timestamp: When it began to wait, null in the first moment.
-- gauge blocked_xact_age seconds: Time since the session that waits began its transaction.
-- gauge blocker_xact_age seconds: Time since the blocker began or prepared its transaction.
-- gauge blocker_state_age seconds: Time since the blocker has been in its state.
-- gauge waiting sessions: Sessions that wait for a lock in all; the rows are of the 50 that began their statement first, 200 rows at most.
WITH blocked AS MATERIALIZED (
    -- Backends are asked one by one what they wait for: all of pg_stat_activity would take milliseconds where hundreds are connected.
    SELECT pg_stat_get_backend_pid(id) AS pid
    FROM pg_stat_get_backend_idset() AS id
    WHERE pg_stat_get_backend_wait_event_type(id) = 'Lock'
), waiting AS MATERIALIZED (
    -- pg_blocking_pids stops all locking for a moment: a pile-up must not get worse because we look at it.
    SELECT pid FROM blocked ORDER BY (SELECT query_start FROM pg_stat_get_activity(pid)) LIMIT 50
), edges AS MATERIALIZED (
    SELECT w.pid, b.pid AS blocker
    FROM waiting AS w, unnest(pg_blocking_pids(w.pid)) AS b (pid)
    GROUP BY 1, 2
), ranked AS MATERIALIZED (
    -- Where a session waits for many, those that do not wait themselves come first.
    SELECT pid, blocker, row_number() OVER (PARTITION BY pid ORDER BY blocker IN (SELECT pid FROM blocked), blocker) AS place
    FROM edges
    ORDER BY 3
    LIMIT 200
), locks AS MATERIALIZED (
    SELECT * FROM pg_locks WHERE EXISTS (SELECT 1 FROM edges)
), prepared AS MATERIALIZED (
    SELECT * FROM pg_prepared_xacts WHERE EXISTS (SELECT 1 FROM edges WHERE blocker = 0)
), conflicts (wanted, held) AS (
    VALUES
        ('AccessShareLock', '{AccessExclusiveLock}'::text[]),
        ('RowShareLock', '{ExclusiveLock,AccessExclusiveLock}'),
        ('RowExclusiveLock', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareUpdateExclusiveLock', '{ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareLock', '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ShareRowExclusiveLock', '{RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('ExclusiveLock', '{RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
        ('AccessExclusiveLock', '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}')
)
SELECT
    -- A statement that waits for its table before it is analysed has no query_id yet.
    e.pid::text AS blocked_pid,
    e.blocker::text AS blocker_pid,
    coalesce(p.gid, '') AS blocker_gid,
    coalesce((SELECT d.datname FROM pg_database AS d WHERE d.oid = w.datid), '') AS datname,
    l.locktype AS locktype,
    l.mode AS mode,
    CASE WHEN r.relation IS NULL THEN ''
        WHEN r.database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) THEN r.relation::regclass::text
        ELSE r.relation::text END AS relation,
    coalesce(w.query_id::text, 'text:' || hashtextextended(nullif(w.query, ''), 0), '') AS blocked_queryid,
    coalesce(b.query_id::text, 'text:' || hashtextextended(nullif(b.query, ''), 0), '') AS blocker_queryid,
    CASE WHEN e.blocker = 0 THEN 'prepared' ELSE coalesce(b.state, '') END AS blocker_state,
    pg_get_userbyid(w.usesysid)::text AS blocked_usename,
    coalesce(w.application_name, '') AS blocked_application,
    -- Commands such as ALTER ROLE hold passwords.
    CASE WHEN w.query ~* '(password|passwd|secret)'
              AND w.query !~* '^[[:space:]]*(select|insert|update|delete|merge|with|values)\M'
         THEN '(not shown: a command that names a password)'
         ELSE left(w.query, 1000) END AS blocked_query,
    coalesce(p.owner, pg_get_userbyid(b.usesysid))::text AS blocker_usename,
    coalesce(b.application_name, '') AS blocker_application,
    CASE WHEN b.query ~* '(password|passwd|secret)'
              AND b.query !~* '^[[:space:]]*(select|insert|update|delete|merge|with|values)\M'
         THEN '(not shown: a command that names a password)'
         ELSE left(b.query, 1000) END AS blocker_query,
    -- A lock has no waitstart for the first moment: then the time is unknown, which greatest would turn into 0.
    CASE WHEN l.waitstart IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - l.waitstart)) END::float8 AS wait,
    extract(epoch FROM l.waitstart)::float8 AS since,
    CASE WHEN w.xact_start IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - w.xact_start)) END::float8 AS blocked_xact_age,
    CASE WHEN coalesce(p.prepared, b.xact_start) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - coalesce(p.prepared, b.xact_start))) END::float8 AS blocker_xact_age,
    CASE WHEN coalesce(p.prepared, b.state_change) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - coalesce(p.prepared, b.state_change))) END::float8 AS blocker_state_age,
    (SELECT count(*) FROM blocked) AS waiting
FROM ranked AS e
-- A wait that has ended meanwhile has no lock any more.
JOIN locks AS l ON l.pid = e.pid AND NOT l.granted
CROSS JOIN LATERAL pg_stat_get_activity(e.pid) AS w
LEFT JOIN LATERAL (
    -- Who waits for the transaction that changed a row has locked that row's place in the table.
    SELECT t.relation, t.database
    FROM locks AS t
    WHERE t.pid = l.pid AND t.relation IS NOT NULL AND (NOT t.granted OR (t.locktype = 'tuple' AND l.relation IS NULL))
    ORDER BY t.granted
    LIMIT 1
) AS r ON true
LEFT JOIN LATERAL pg_stat_get_activity(e.blocker) AS b ON e.blocker > 0
LEFT JOIN LATERAL (
    -- Its lock on its own id tells which locks are those of a prepared transaction: virtualtransaction is -1/ID only after a restart.
    SELECT x.gid, x.owner, x.prepared
    FROM prepared AS x
    JOIN locks AS i ON i.locktype = 'transactionid' AND i.transactionid = x.transaction AND i.pid IS NULL
    JOIN locks AS h ON h.virtualtransaction = i.virtualtransaction
    JOIN conflicts AS c ON c.wanted = l.mode
    WHERE h.pid IS NULL AND h.granted AND h.mode = ANY (c.held)
      AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
          IS NOT DISTINCT FROM
          (l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid)
) AS p ON e.blocker = 0
