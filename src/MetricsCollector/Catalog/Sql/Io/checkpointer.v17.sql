-- metric: checkpointer
-- summary: Checkpoints and restartpoints, what made them begin, and the time they spent writing.
-- source: pg_stat_checkpointer
-- postgres: 17+
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- counter num_timed checkpoints: Checkpoints that began because checkpoint_timeout had passed, those skipped on an idle server included.
-- counter num_requested checkpoints: Checkpoints that were asked for, by a command or by the amount of write-ahead log.
-- counter num_done checkpoints: Checkpoints that were completed.
-- counter restartpoints_timed restartpoints: Attempts at a restartpoint because checkpoint_timeout had passed, most of them without a new checkpoint to restart from.
-- counter restartpoints_req restartpoints: Attempts at a restartpoint that was asked for.
-- counter restartpoints_done restartpoints: Restartpoints that were really made.
-- counter write_time milliseconds: Time that checkpoints and restartpoints spent writing files.
-- counter sync_time milliseconds: Time that checkpoints and restartpoints spent flushing files to disk.
-- counter buffers_written buffers: Shared buffers written by checkpoints and restartpoints.
-- counter slru_written buffers: SLRU buffers written by checkpoints and restartpoints.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    num_timed,
    num_requested,
    num_done, -- 18+
    restartpoints_timed,
    restartpoints_req,
    restartpoints_done,
    write_time,
    sync_time,
    buffers_written,
    slru_written, -- 18+
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_checkpointer
