-- metric: recovery_prefetch
-- summary: Blocks that replay read ahead, and why it left others.
-- source: pg_stat_recovery_prefetch
-- postgres: 15+
-- scope: instance
-- every: 1m
-- role: standby
-- counter prefetch blocks: Blocks read ahead because they were not in shared buffers.
-- counter hit blocks: Blocks not read ahead because they were in shared buffers.
-- counter skip_init blocks: Blocks not read ahead because they would be zeroed.
-- counter skip_new blocks: Blocks not read ahead because they did not exist yet.
-- counter skip_fpw blocks: Blocks not read ahead because the log holds a full page image.
-- counter skip_rep blocks: Blocks not read ahead because they had been just before.
-- gauge wal_distance bytes: How far ahead in the log replay looks.
-- gauge block_distance blocks: Blocks being read ahead.
-- gauge io_depth operations: Reads begun and not known to have ended.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    prefetch,
    hit,
    skip_init,
    skip_new,
    skip_fpw,
    skip_rep,
    wal_distance,
    block_distance,
    io_depth,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_recovery_prefetch
