-- metric: bgwriter
-- summary: Buffers allocated, and those written by the background writer.
-- source: pg_stat_bgwriter
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- counter buffers_clean buffers: Buffers written by the background writer.
-- counter maxwritten_clean rounds: Rounds that the background writer ended early because it had written bgwriter_lru_maxpages buffers.
-- counter buffers_alloc buffers: Buffers allocated.
-- counter buffers_backend buffers: Buffers that sessions had to write themselves; from 16 on the io metric tells it more exactly.
-- counter buffers_backend_fsync calls: Times a session had to flush a file to disk itself instead of leaving it to the checkpointer.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    buffers_clean,
    maxwritten_clean,
    buffers_alloc,
    buffers_backend, -- 14-16
    buffers_backend_fsync, -- 14-16
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_bgwriter
