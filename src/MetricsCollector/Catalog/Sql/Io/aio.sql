-- metric: aio
-- summary: Asynchronous input and output that is under way now.
-- source: pg_aios
-- postgres: 18+
-- scope: instance
-- every: 5m
-- role: any
-- preset: exhaustive
-- label state: State of the handles (SUBMITTED, COMPLETED_IO, ...).
-- label operation: Operation (readv, writev, invalid).
-- label target: What is read or written (smgr).
-- gauge handles handles: Handles in use.
-- gauge length bytes: Data that they read or write.
-- gauge f_sync handles: Those of them that run synchronously.
-- gauge f_localmem handles: Those of them that use memory of their own process.
-- gauge f_buffered handles: Those of them that go through the cache of the kernel.
-- absent handles: 0
-- absent length: 0
-- absent f_sync: 0
-- absent f_localmem: 0
-- absent f_buffered: 0
SELECT
    -- Left out: pid, io_id, io_generation, off, handle_data_len and raw_result describe one operation and add up to nothing.
    coalesce(state, '') AS state,
    coalesce(operation, '') AS operation,
    coalesce(target, '') AS target,
    count(*) AS handles,
    coalesce(sum(length), 0)::float8 AS length,
    count(*) FILTER (WHERE f_sync) AS f_sync,
    count(*) FILTER (WHERE f_localmem) AS f_localmem,
    count(*) FILTER (WHERE f_buffered) AS f_buffered
FROM pg_aios
GROUP BY 1, 2, 3
