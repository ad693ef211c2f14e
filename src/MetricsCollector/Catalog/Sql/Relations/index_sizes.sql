-- metric: index_sizes
-- summary: Space on disk of the 500 largest indexes, and whether they are used at all.
-- source: pg_class, pg_index, pg_relation_size
-- postgres: 14+
-- scope: database
-- every: 1h
-- role: any
-- label schemaname: Schema.
-- label relname: Table.
-- label indexrelname: Index.
-- gauge size bytes: Space that the index takes.
-- counter idx_scan scans: Scans of the index; what takes space and never grows this is a burden.
-- gauge indisvalid boolean: 1 when queries may use the index, 0 after a failed concurrent build.
-- gauge indisunique boolean: 1 when the index is unique, so that it is needed even if it is never scanned.
WITH locked AS MATERIALIZED (
    -- Sizes open what they measure, and would wait for whoever holds or awaits such a lock.
    SELECT DISTINCT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock'
      AND database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND relation IS NOT NULL
), indexes AS MATERIALIZED (
    SELECT i.oid, n.nspname, c.relname, i.relname AS indexrelname, x.indisvalid, x.indisunique
    FROM pg_index AS x
    JOIN pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_class AS c ON c.oid = x.indrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE x.indexrelid >= 16384
      AND i.relkind = 'i'
      AND c.relkind IN ('r', 'm')
      AND c.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND i.oid NOT IN (SELECT relation FROM locked)
    -- Measuring looks at every file: guess first which are large.
    ORDER BY greatest(i.relpages, c.relpages / 10) DESC
    LIMIT 500
)
SELECT
    i.nspname AS schemaname,
    i.relname AS relname,
    i.indexrelname AS indexrelname,
    i.size AS size,
    pg_stat_get_numscans(i.oid) AS idx_scan,
    i.indisvalid::int AS indisvalid,
    i.indisunique::int AS indisunique
FROM (SELECT *, pg_relation_size(oid) AS size FROM indexes OFFSET 0) AS i
-- Null for an index that was dropped since the statement began.
WHERE i.size IS NOT NULL
