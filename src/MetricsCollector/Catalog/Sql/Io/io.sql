-- metric: io
-- summary: Reads, writes, extends and flushes by kind of process, object and context.
-- source: pg_stat_io
-- postgres: 16+
-- scope: instance
-- every: 1m
-- role: any
-- label backend_type: Kind of process (client backend, checkpointer, autovacuum worker, ...).
-- label object: What was read or written (relation, temp relation, wal).
-- label context: Why (normal, vacuum, bulkread, bulkwrite, init).
-- counter reads operations: Read operations.
-- counter read_bytes bytes: Data read.
-- counter read_time milliseconds: Time spent reading; 0 unless track_io_timing (track_wal_io_timing for wal) is on.
-- counter writes operations: Write operations.
-- counter write_bytes bytes: Data written.
-- counter write_time milliseconds: Time spent writing; 0 unless track_io_timing (track_wal_io_timing for wal) is on.
-- counter writebacks operations: Blocks that the kernel was asked to write to permanent storage.
-- counter writeback_time milliseconds: Time spent asking the kernel to write back; 0 unless track_io_timing is on.
-- counter extends operations: Operations that made a relation longer.
-- counter extend_bytes bytes: Data by which relations were made longer.
-- counter extend_time milliseconds: Time spent making relations longer; 0 unless track_io_timing is on.
-- counter hits blocks: Blocks found in shared buffers.
-- counter evictions blocks: Blocks thrown out of a buffer so that the buffer could hold another one.
-- counter reuses blocks: Buffers of a ring that were used again within the same operation.
-- counter fsyncs calls: Flushes of files to disk.
-- counter fsync_time milliseconds: Time spent flushing files to disk; 0 unless track_io_timing (track_wal_io_timing for wal) is on.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    backend_type,
    object,
    context,
    reads,
    -- Until 17 every operation moved op_bytes, the reason why that column itself is left out.
    reads * op_bytes AS read_bytes, -- 16-17
    read_bytes::float8 AS read_bytes, -- 18+
    read_time,
    writes,
    writes * op_bytes AS write_bytes, -- 16-17
    write_bytes::float8 AS write_bytes, -- 18+
    write_time,
    writebacks,
    writeback_time,
    extends,
    extends * op_bytes AS extend_bytes, -- 16-17
    extend_bytes::float8 AS extend_bytes, -- 18+
    extend_time,
    hits,
    evictions,
    reuses,
    fsyncs,
    fsync_time,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_io
