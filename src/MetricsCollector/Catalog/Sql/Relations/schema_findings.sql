-- metric: schema_findings
-- summary: What is wrong with the schema of each database: indexes that are invalid, superfluous or missing, and keys that run out.
-- source: pg_index, pg_class, pg_constraint, pg_trigger, pg_sequence
-- postgres: 14+
-- scope: database
-- every: 1d
-- role: any
-- privilege *: pg_read_all_data
-- label kind: What it is: invalid_index, duplicate_index, covered_index, unused_index, foreign_key_without_index, no_primary_key, key_near_end, not_valid_constraint or disabled_trigger.
-- label schemaname: Schema.
-- label relname: Table.
-- label name: Index, constraint, trigger or column; empty for the table itself.
-- attribute definition: Definition of the index or constraint; left out while the table is locked exclusively.
-- attribute detail: The index that makes it superfluous, or what an unused index is needed for all the same.
-- gauge size bytes: Size of the index or table when it was last vacuumed or analyzed.
-- gauge idx_scan scans: Scans of the index since its statistics were reset, on this server alone.
-- gauge used ratio: Share of the key's type that its sequence has used up; those above a half are told.
WITH idx AS MATERIALIZED (
    SELECT
        i.indexrelid, i.indrelid, n.nspname, t.relname, c.relname AS indexrelname, c.relam,
        i.indisvalid, i.indisunique, i.indimmediate, i.indisreplident,
        i.indnullsnotdistinct AS nulls_alike, -- 15+
        false AS nulls_alike, -- 14
        i.indisexclusion, i.indnkeyatts, i.indnatts,
        i.indkey::int2[] AS keys, i.indclass::oid[] AS classes, i.indcollation::oid[] AS collations, i.indoption::int2[] AS options,
        -- Where in its statement an expression stood makes it no other.
        regexp_replace(i.indexprs::text, ':location -?[0-9]+', '', 'g') AS expressions,
        regexp_replace(i.indpred::text, ':location -?[0-9]+', '', 'g') AS predicate,
        (EXISTS (SELECT FROM pg_constraint AS con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))) AS is_constraint,
        greatest(c.relpages, 0)::float8 * current_setting('block_size')::float8 AS size,
        pg_stat_get_numscans(i.indexrelid) AS idx_scan,
        t.relkind
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_class AS t ON t.oid = i.indrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE i.indexrelid >= 16384 AND t.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
), ranked AS MATERIALIZED (
    SELECT *, 2 * is_constraint::int + indisunique::int AS rank FROM idx WHERE indisvalid AND relkind IN ('r', 'm')
), locked AS MATERIALIZED (
    -- Reading a sequence takes a RowExclusiveLock, and would wait for whoever holds or awaits one of these; writing down a definition takes
    -- an AccessShareLock.
    SELECT relation, mode FROM pg_locks
    WHERE mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      AND database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND relation IS NOT NULL
), keys AS MATERIALIZED (
    SELECT
        n.nspname, t.oid AS relid, t.relname, a.attname, t.relpages,
        CASE WHEN has_sequence_privilege(s.seqrelid, 'SELECT, USAGE') THEN pg_sequence_last_value(s.seqrelid) END::float8
            / CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 END AS used
    FROM pg_sequence AS s
    JOIN pg_class AS c ON c.oid = s.seqrelid
    JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    JOIN pg_class AS t ON t.oid = d.refobjid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE a.atttypid IN ('int2'::regtype, 'int4'::regtype)
      AND s.seqincrement > 0
      AND s.seqrelid NOT IN (SELECT relation FROM locked)
      AND c.relpersistence <> 't'
      -- A standby has no data of unlogged sequences.
      AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
), found AS (
    SELECT 'invalid_index' AS kind, nspname, relname, indexrelname AS name, indrelid AS relid, indexrelid AS indexid, NULL::oid AS conid,
        NULL AS detail, size, idx_scan, NULL::float8 AS used
    FROM idx WHERE NOT indisvalid
    UNION ALL
    SELECT DISTINCT ON (a.indexrelid) 'duplicate_index', a.nspname, a.relname, a.indexrelname, a.indrelid, a.indexrelid, NULL,
        'the same as ' || b.indexrelname, a.size, a.idx_scan, NULL
    FROM ranked AS a
    JOIN ranked AS b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam
        AND (b.keys, b.classes, b.collations, b.options, b.indnkeyatts) = (a.keys, a.classes, a.collations, a.options, a.indnkeyatts)
        AND b.expressions IS NOT DISTINCT FROM a.expressions AND b.predicate IS NOT DISTINCT FROM a.predicate
        -- What makes rows unique is superfluous only beside what does it alike.
        AND (NOT a.indisunique OR (b.indisunique AND (b.indimmediate, b.nulls_alike) = (a.indimmediate, a.nulls_alike)))
    WHERE a.rank < b.rank OR (a.rank = b.rank AND a.indexrelid > b.indexrelid)
    UNION ALL
    SELECT DISTINCT ON (a.indexrelid) 'covered_index', a.nspname, a.relname, a.indexrelname, a.indrelid, a.indexrelid, NULL,
        'its columns are the first of ' || b.indexrelname, a.size, a.idx_scan, NULL
    FROM ranked AS a
    JOIN ranked AS b ON b.indrelid = a.indrelid AND b.relam = a.relam AND b.indnkeyatts > a.indnkeyatts
        AND b.keys[0:a.indnkeyatts - 1] = a.keys[0:a.indnkeyatts - 1]
        AND b.classes[0:a.indnkeyatts - 1] = a.classes[0:a.indnkeyatts - 1]
        AND b.collations[0:a.indnkeyatts - 1] = a.collations[0:a.indnkeyatts - 1]
        AND b.options[0:a.indnkeyatts - 1] = a.options[0:a.indnkeyatts - 1]
        AND b.predicate IS NOT DISTINCT FROM a.predicate
    WHERE a.rank = 0 AND NOT a.indisreplident AND a.indnatts = a.indnkeyatts AND a.expressions IS NULL AND b.expressions IS NULL
      AND a.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
    UNION ALL
    SELECT 'unused_index', nspname, relname, indexrelname, indrelid, indexrelid, NULL,
        nullif(concat_ws(', ', CASE WHEN is_constraint THEN 'constraint' END, CASE WHEN indisunique THEN 'unique' END,
            CASE WHEN indisexclusion THEN 'exclusion' END, CASE WHEN indisreplident THEN 'replica identity' END), ''),
        size, idx_scan, NULL
    FROM ranked WHERE idx_scan = 0
    UNION ALL
    SELECT 'foreign_key_without_index', n.nspname, t.relname, con.conname, t.oid, NULL, con.oid, NULL,
        greatest(t.relpages, 0)::float8 * current_setting('block_size')::float8, NULL, NULL
    FROM pg_constraint AS con
    JOIN pg_class AS t ON t.oid = con.conrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE con.contype = 'f' AND t.relkind = 'r' AND t.relpersistence <> 't'
      AND NOT EXISTS (
          SELECT FROM pg_index AS i
          WHERE i.indrelid = con.conrelid AND i.indisvalid
            -- Rows without a key refer to nothing.
            AND (i.indpred IS NULL OR (i.indpred::text LIKE '{NULLTEST %' AND i.indpred::text LIKE '%:nulltesttype 1 %'))
            AND (i.indkey::int2[])[0:cardinality(con.conkey) - 1] @> con.conkey)
    UNION ALL
    SELECT 'no_primary_key', n.nspname, t.relname, '', t.oid, NULL, NULL, NULL,
        greatest(t.relpages, 0)::float8 * current_setting('block_size')::float8, NULL, NULL
    FROM pg_class AS t
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relpersistence <> 't' AND t.oid >= 16384
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = t.oid AND i.indisprimary)
    UNION ALL
    SELECT 'key_near_end', nspname, relname, attname, relid, NULL, NULL, NULL,
        greatest(relpages, 0)::float8 * current_setting('block_size')::float8, NULL, used
    FROM keys WHERE used > 0.5
    UNION ALL
    SELECT 'not_valid_constraint', n.nspname, t.relname, con.conname, t.oid, NULL, con.oid, NULL,
        greatest(t.relpages, 0)::float8 * current_setting('block_size')::float8, NULL, NULL
    FROM pg_constraint AS con
    JOIN pg_class AS t ON t.oid = con.conrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE NOT con.convalidated
      AND t.relpersistence <> 't'
      AND con.conenforced -- 18+
      AND con.conparentid = 0
    UNION ALL
    SELECT 'disabled_trigger', n.nspname, t.relname, g.tgname, t.oid, NULL, NULL,
        CASE WHEN g.tgisinternal THEN 'of the constraint ' || coalesce(con.conname, '?') END,
        greatest(t.relpages, 0)::float8 * current_setting('block_size')::float8, NULL, NULL
    FROM pg_trigger AS g
    JOIN pg_class AS t ON t.oid = g.tgrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    LEFT JOIN pg_constraint AS con ON con.oid = g.tgconstraint
    WHERE g.tgenabled = 'D' AND t.relpersistence <> 't'
)
SELECT
    f.kind AS kind,
    f.nspname AS schemaname,
    f.relname AS relname,
    f.name AS name,
    CASE WHEN f.relid IN (SELECT relation FROM locked WHERE mode = 'AccessExclusiveLock') THEN NULL
         WHEN f.indexid IS NOT NULL THEN pg_get_indexdef(f.indexid)
         WHEN f.conid IS NOT NULL THEN pg_get_constraintdef(f.conid) END AS definition,
    f.detail AS detail,
    f.size AS size,
    f.idx_scan AS idx_scan,
    f.used AS used
FROM (
    SELECT * FROM found
    WHERE nspname NOT LIKE 'pg\_toast%' OR kind = 'invalid_index'
    ORDER BY size DESC NULLS LAST, kind, nspname, relname, name
    LIMIT 500
) AS f
