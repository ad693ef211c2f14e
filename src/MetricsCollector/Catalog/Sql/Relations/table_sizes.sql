-- metric: table_sizes
-- summary: Space on disk of the 500 largest tables, with their TOAST tables and indexes.
-- source: pg_class, pg_relation_size, pg_total_relation_size, pg_indexes_size
-- postgres: 14+
-- scope: database
-- every: 10m
-- role: any
-- label schemaname: Schema.
-- label relname: Table.
-- gauge total_size bytes: Everything: the table, its TOAST table and its indexes.
-- gauge table_size bytes: The table and its TOAST table, with their free space and visibility maps.
-- gauge heap_size bytes: The rows of the table alone.
-- gauge toast_size bytes: The TOAST table with its index.
-- gauge indexes_size bytes: The indexes of the table.
-- gauge reltuples rows: Rows when the table was last vacuumed or analyzed, null when it never was.
WITH locked AS MATERIALIZED (
    -- Sizes open what they measure, and would wait for whoever holds or awaits such a lock.
    SELECT DISTINCT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock'
      AND database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND relation IS NOT NULL
), skipped AS MATERIALIZED (
    SELECT relation AS oid FROM locked
    UNION SELECT x.indrelid FROM pg_index AS x JOIN locked AS l ON l.relation = x.indexrelid
), tables AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, c.reltoastrelid, c.reltuples
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384
      AND c.relkind IN ('r', 'm')
      AND c.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND c.oid NOT IN (SELECT oid FROM skipped)
      AND c.reltoastrelid NOT IN (SELECT oid FROM skipped)
    -- Measuring looks at every file: guess first which are large. A hundred rows stand for a page where none were counted yet.
    ORDER BY greatest(c.relpages, pg_stat_get_live_tuples(c.oid) / 100) DESC
    LIMIT 500
), sizes AS MATERIALIZED (
    SELECT
        *,
        pg_relation_size(oid) AS heap,
        pg_relation_size(oid, 'fsm') + pg_relation_size(oid, 'vm') AS maps,
        CASE WHEN reltoastrelid <> 0 THEN pg_total_relation_size(reltoastrelid) ELSE 0 END AS toast,
        pg_indexes_size(oid) AS indexes
    FROM tables
)
SELECT
    s.nspname AS schemaname,
    s.relname AS relname,
    s.heap + s.maps + s.toast + s.indexes AS total_size,
    s.heap + s.maps + s.toast AS table_size,
    s.heap AS heap_size,
    s.toast AS toast_size,
    s.indexes AS indexes_size,
    nullif(s.reltuples, -1) AS reltuples
FROM sizes AS s
-- Null for a table that was dropped since the statement began.
WHERE s.heap + s.maps + s.toast + s.indexes IS NOT NULL
