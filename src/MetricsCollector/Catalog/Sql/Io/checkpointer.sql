-- metric: checkpointer
-- summary: Checkpoints, what made them begin, and the time they spent writing.
-- source: pg_stat_bgwriter
-- postgres: 14-16
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- counter num_timed checkpoints: Checkpoints that began because checkpoint_timeout had passed.
-- counter num_requested checkpoints: Checkpoints that were asked for, by a command or by the amount of write-ahead log.
-- counter write_time milliseconds: Time that checkpoints spent writing files.
-- counter sync_time milliseconds: Time that checkpoints spent flushing files to disk.
-- counter buffers_written buffers: Buffers written by checkpoints.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    checkpoints_timed AS num_timed,
    checkpoints_req AS num_requested,
    checkpoint_write_time AS write_time,
    checkpoint_sync_time AS sync_time,
    buffers_checkpoint AS buffers_written,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_bgwriter
