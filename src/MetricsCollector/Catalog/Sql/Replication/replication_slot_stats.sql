-- metric: replication_slot_stats
-- summary: What logical decoding sent, streamed early and had to spill to disk, by slot.
-- source: pg_stat_replication_slots
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- label slot_name: Logical replication slot.
-- counter spill_txns transactions: Transactions spilled to disk because they outgrew logical_decoding_work_mem.
-- counter spill_count spills: Times that transactions were spilled.
-- counter spill_bytes bytes: Decoded data spilled to disk.
-- counter stream_txns transactions: Transactions sent while still in progress because they outgrew logical_decoding_work_mem.
-- counter stream_count streams: Times that transactions were sent while still in progress.
-- counter stream_bytes bytes: Decoded data sent while its transaction was in progress.
-- counter mem_exceeded_count times: Times that decoded data outgrew logical_decoding_work_mem.
-- counter total_txns transactions: Decoded transactions sent to the output plugin.
-- counter total_bytes bytes: Decoded data sent to the output plugin.
-- counter slotsync_skip_count skips: Synchronisations of the slot from the primary that were skipped.
-- gauge slotsync_last_skip timestamp: When a synchronisation of the slot was last skipped.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    slot_name,
    spill_txns,
    spill_count,
    spill_bytes,
    stream_txns,
    stream_count,
    stream_bytes,
    mem_exceeded_count, -- 19+
    slotsync_skip_count, -- 19+
    extract(epoch FROM slotsync_last_skip)::float8 AS slotsync_last_skip, -- 19+
    total_txns,
    total_bytes,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_replication_slots AS s
-- REPACK (CONCURRENTLY) names a slot after its process: each run would be a series of its own.
WHERE NOT EXISTS (SELECT FROM pg_replication_slots AS r WHERE r.slot_name = s.slot_name AND r.plugin = 'pgrepack')
