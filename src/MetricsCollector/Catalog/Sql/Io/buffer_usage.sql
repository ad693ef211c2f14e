-- metric: buffer_usage
-- summary: How much of shared buffers is used, dirty and pinned.
-- source: pg_buffercache_summary
-- postgres: 16+
-- scope: instance
-- every: 5m
-- role: any
-- requires: pg_buffercache 1.4
-- preset: exhaustive
-- gauge buffers_used buffers: Buffers in use.
-- gauge buffers_unused buffers: Buffers not in use.
-- gauge buffers_dirty buffers: Buffers to be written.
-- gauge buffers_pinned buffers: Buffers that sessions hold now.
-- gauge usagecount_avg uses: Mean usage count of the buffers in use.
SELECT
    buffers_used,
    buffers_unused,
    buffers_dirty,
    buffers_pinned,
    usagecount_avg
FROM pg_buffercache_summary()
