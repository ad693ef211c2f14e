-- metric: sequences
-- summary: How much of each sequence's range is used.
-- source: pg_sequences, pg_statio_user_sequences, pg_sequence_last_value
-- postgres: 14+
-- scope: database
-- every: 1h
-- role: any
-- privilege: pg_read_all_data
-- label schemaname: Schema.
-- label sequencename: Sequence.
-- gauge last_value value: Last value taken, null when it was never used or may not be read.
-- gauge start_value value: Value it starts with.
-- gauge min_value value: Smallest value.
-- gauge max_value value: Greatest value.
-- gauge increment_by value: Step from value to value.
-- gauge cycle boolean: 1 when it starts again at its end, 0 when it fails there.
-- gauge cache_size values: Values that a session takes in advance.
-- counter blks_read blocks: Blocks read from outside shared buffers.
-- counter blks_hit blocks: Blocks found in shared buffers.
-- gauge used ratio: Share of the range that is used up, in the direction of its steps.
WITH locked AS MATERIALIZED (
    -- Reading a sequence takes a RowExclusiveLock, and would wait for whoever holds or awaits one of these.
    SELECT relation FROM pg_locks
    WHERE mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      AND database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND relation IS NOT NULL
), seq AS MATERIALIZED (
    SELECT
        n.nspname, c.relname, s.*,
        CASE WHEN has_sequence_privilege(c.oid, 'SELECT, USAGE') THEN pg_sequence_last_value(c.oid) END AS last_value
    FROM pg_sequence AS s
    JOIN pg_class AS c ON c.oid = s.seqrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid NOT IN (SELECT relation FROM locked)
      AND c.relpersistence <> 't'
      -- A standby has no data of unlogged sequences.
      AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
)
SELECT
    -- Left out: relid, which names the sequence a second time.
    seq.nspname AS schemaname,
    seq.relname AS sequencename,
    seq.last_value AS last_value,
    seq.seqstart AS start_value,
    seq.seqmin AS min_value,
    seq.seqmax AS max_value,
    seq.seqincrement AS increment_by,
    seq.seqcycle::int AS cycle,
    seq.seqcache AS cache_size,
    pg_stat_get_blocks_fetched(seq.seqrelid) - pg_stat_get_blocks_hit(seq.seqrelid) AS blks_read,
    pg_stat_get_blocks_hit(seq.seqrelid) AS blks_hit,
    CASE WHEN seq.seqincrement > 0
        THEN (seq.last_value::float8 - seq.seqmin) / nullif(seq.seqmax::float8 - seq.seqmin, 0)
        ELSE (seq.seqmax::float8 - seq.last_value) / nullif(seq.seqmax::float8 - seq.seqmin, 0) END AS used
FROM seq
