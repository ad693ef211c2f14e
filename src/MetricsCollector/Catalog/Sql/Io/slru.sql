-- metric: slru
-- summary: Use of the small caches for transaction status, multixacts, subtransactions and the like.
-- source: pg_stat_slru
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- preset: exhaustive
-- label name: Cache, under its name since PostgreSQL 17 (transaction, multixact_offset, subtransaction, ...).
-- counter blks_zeroed blocks: Blocks zeroed when they were made.
-- counter blks_hit blocks: Blocks found in the cache.
-- counter blks_read blocks: Blocks read from disk.
-- counter blks_written blocks: Blocks written to disk.
-- counter blks_exists blocks: Blocks whose existence was checked.
-- counter flushes flushes: Flushes of dirty data.
-- counter truncates truncates: Truncations.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    -- Names were written differently up to 16.
    CASE name
        WHEN 'CommitTs' THEN 'commit_timestamp'
        WHEN 'MultiXactMember' THEN 'multixact_member'
        WHEN 'MultiXactOffset' THEN 'multixact_offset'
        WHEN 'Notify' THEN 'notify'
        WHEN 'Serial' THEN 'serializable'
        WHEN 'Subtrans' THEN 'subtransaction'
        WHEN 'Xact' THEN 'transaction'
        ELSE name
    END AS name,
    blks_zeroed,
    blks_hit,
    blks_read,
    blks_written,
    blks_exists,
    flushes,
    truncates,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_slru
