-- metric: lock_stats
-- summary: Waits for locks that lasted longer than deadlock_timeout and ended with the lock, and locks that found no fast path, by kind of lock.
-- source: pg_stat_lock
-- postgres: 19+
-- scope: instance
-- every: 1m
-- role: any
-- label locktype: What is locked (relation, tuple, transactionid, advisory, ...).
-- counter waits waits: Waits longer than deadlock_timeout that ended with the lock; a wait counts when it ends.
-- counter wait_time milliseconds: Time of these waits.
-- counter fastpath_exceeded locks: Locks taken in the shared table because the session had no slot of the fast path left.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    locktype,
    waits,
    wait_time,
    fastpath_exceeded,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_lock
