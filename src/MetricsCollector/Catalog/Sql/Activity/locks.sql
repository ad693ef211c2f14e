-- metric: locks
-- summary: Locks held and waited for, by database, kind and mode.
-- source: pg_locks
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- label datname: Database of the locked object, empty where it belongs to none.
-- label locktype: Kind of the locked object (relation, transactionid, tuple, ...).
-- label mode: Mode of the lock (AccessShareLock, RowExclusiveLock, ...).
-- label granted: Whether the lock is held (true) or waited for (false).
-- gauge locks locks: Locks of this kind now.
-- gauge fastpath locks: Those of them that are kept out of the shared lock table.
-- gauge wait_age seconds: Longest time that one of them has been waited for.
-- absent locks: 0
-- absent fastpath: 0
SELECT
    -- Left out: relation, page, tuple, transactionid, classid, objid, objsubid and pid say which object and which session, not how much.
    coalesce(d.datname, '') AS datname,
    l.locktype AS locktype,
    l.mode AS mode,
    l.granted::text AS granted,
    count(*) AS locks,
    count(*) FILTER (WHERE l.fastpath) AS fastpath,
    CASE WHEN min(l.waitstart) IS NOT NULL THEN
        greatest(0, extract(epoch FROM clock_timestamp() - min(l.waitstart)))::float8 END AS wait_age
FROM pg_locks AS l
LEFT JOIN pg_database AS d ON d.oid = l.database
WHERE l.pid IS DISTINCT FROM pg_backend_pid()
GROUP BY 1, 2, 3, 4
