-- metric: bloat
-- summary: Estimated space that tables and B-tree indexes take beyond what their rows need; it names the tables that it cannot judge.
-- source: pg_class, pg_stats, pg_index
-- postgres: 14+
-- scope: database
-- every: 1h
-- role: any
-- privilege: pg_read_all_data
-- preset: exhaustive
-- problem: not_judged
-- label schemaname: Schema.
-- label relname: Table.
-- label indexrelname: Index, empty for the table itself.
-- gauge size bytes: Space taken when it was last vacuumed or analyzed, without TOAST.
-- gauge expected_size bytes: Estimated space that its rows would take if they were written anew.
-- gauge bloat_size bytes: Estimated space beyond that, 0 when there is none.
-- gauge bloat_ratio ratio: The same as a share of the space taken.
WITH settings AS (
    -- An estimate, from relpages and reltuples of the last vacuum or analyze against the mean widths that ANALYZE found.
    -- A row of a table takes a line pointer (4 bytes) and a header (23, with a bit per column where nulls occur), rounded up to 8,
    -- and its columns, each padded to its alignment, rounded up to 8. A page offers 8192 bytes less its header (24), times fillfactor.
    -- An entry of a B-tree takes a line pointer (4) and a header (8) and its key columns rounded up to 8; a page offers 8192 less its
    -- header and special space (40), times a fillfactor of 90 by default. Equal keys are stored once since PostgreSQL 13, so an index
    -- with many equal keys can need less than estimated: then its bloat reads 0.
    SELECT current_setting('block_size')::float8 AS page
), tables AS MATERIALIZED (
    SELECT
        c.oid, c.relnamespace, n.nspname, c.relname, c.relpages, c.reltuples, c.reloptions, c.relnatts,
        -- What needs statistics: an empty table needs no space, and virtual columns take none and have none.
        CASE WHEN c.reltuples = 0 THEN 0
            ELSE (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v')
        END AS needed
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384
      AND c.relkind IN ('r', 'm')
      AND c.relpersistence <> 't'
      AND c.reltuples >= 0
      -- Below a megabyte the estimate is noise.
      AND c.relpages >= 128
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY c.relpages DESC
    LIMIT 200
), locked AS MATERIALIZED (
    -- A size opens what it measures, and would wait for whoever holds or awaits such a lock.
    SELECT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock'
      AND database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND relation IS NOT NULL
), uncounted AS MATERIALIZED (
    -- Neither vacuumed nor analyzed yet: pg_class does not know how large they are.
    SELECT c.oid, n.nspname, c.relname
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384
      AND c.relkind IN ('r', 'm')
      AND c.relpersistence <> 't'
      AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
      AND c.reltuples < 0
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND c.oid NOT IN (SELECT relation FROM locked)
    ORDER BY pg_stat_get_live_tuples(c.oid) + pg_stat_get_dead_tuples(c.oid) DESC
    LIMIT 1000
), columns AS MATERIALIZED (
    SELECT
        -- Left out: n_distinct, correlation and range_empty_frac, which say nothing about width.
        t.oid, a.attnum, s.null_frac,
        -- Short texts are not aligned. A value of fixed length is, at the cost of half its alignment on the mean
        -- where the column before it is aligned less, or is of varying length.
        (1 - s.null_frac) * CASE
            WHEN a.attlen > 0 THEN a.attlen + CASE
                WHEN al.bytes > lag(CASE WHEN a.attlen > 0 THEN al.bytes ELSE 0 END, 1, 8::float8) OVER (PARTITION BY t.oid ORDER BY a.attnum)
                    THEN (al.bytes - 1) / 2 ELSE 0 END
            WHEN s.avg_width < 127 THEN s.avg_width
            ELSE s.avg_width + (al.bytes - 1) / 2 END AS width
    FROM tables AS t
    JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN LATERAL (SELECT CASE a.attalign WHEN 'c' THEN 1 WHEN 's' THEN 2 WHEN 'i' THEN 4 ELSE 8 END::float8 AS bytes) AS al
    LEFT JOIN pg_stats AS s ON s.schemaname = t.nspname AND s.tablename = t.relname AND s.attname = a.attname
        AND NOT s.inherited
    WHERE a.attgenerated <> 'v'
), judged AS MATERIALIZED (
    SELECT t.oid, (SELECT count(k.width) FROM columns AS k WHERE k.oid = t.oid) >= t.needed AS ok
    FROM tables AS t
), rows AS (
    SELECT
        t.oid, t.nspname, t.relname, ''::name AS indexrelname, t.relpages, t.reltuples,
        4 + ceil((23 + CASE WHEN max(k.null_frac) > 0 THEN ceil(t.relnatts / 8.0) ELSE 0 END) / 8) * 8
            + ceil(coalesce(sum(k.width), 0) / 8) * 8 AS row_size,
        24 AS overhead,
        coalesce((SELECT option_value FROM pg_options_to_table(t.reloptions) WHERE option_name = 'fillfactor'), '100')::float8 / 100 AS fill
    FROM tables AS t
    JOIN judged AS j ON j.oid = t.oid AND j.ok
    LEFT JOIN columns AS k ON k.oid = t.oid
    GROUP BY t.oid, t.nspname, t.relname, t.relpages, t.reltuples, t.relnatts, t.reloptions
    UNION ALL
    SELECT
        i.oid, t.nspname, t.relname, i.relname, i.relpages, i.reltuples,
        4 + 8 + ceil(sum(k.width) / 8) * 8,
        40,
        coalesce((SELECT option_value FROM pg_options_to_table(i.reloptions) WHERE option_name = 'fillfactor'), '90')::float8 / 100
    FROM tables AS t
    JOIN pg_index AS x ON x.indrelid = t.oid AND x.indisvalid AND x.indexprs IS NULL
    JOIN pg_class AS i ON i.oid = x.indexrelid AND i.relpages >= 128 AND i.reltuples > 0
    JOIN pg_am AS am ON am.oid = i.relam AND am.amname = 'btree'
    JOIN columns AS k ON k.oid = t.oid AND k.attnum = ANY (x.indkey::int2[])
    GROUP BY i.oid, t.nspname, t.relname, i.relname, i.relpages, i.reltuples, i.reloptions, x.indnatts
    HAVING count(k.width) = x.indnatts
), sizes AS (
    SELECT
        r.nspname, r.relname, r.indexrelname,
        r.relpages * s.page AS size,
        ceil(r.reltuples * r.row_size / ((s.page - r.overhead) * r.fill)) * s.page AS expected
    FROM rows AS r, settings AS s
), unknown AS MATERIALIZED (
    -- A column that was never analyzed, or may not be read, leaves nothing to estimate with.
    SELECT format('%I.%I.%I', current_database(), t.nspname, t.relname) AS name, t.relpages * s.page AS size,
        row_security_active(t.oid) AS hidden
    FROM tables AS t
    JOIN judged AS j ON j.oid = t.oid AND NOT j.ok
    CROSS JOIN settings AS s
    UNION ALL
    SELECT format('%I.%I.%I', current_database(), u.nspname, u.relname), u.size, false
    FROM (SELECT *, pg_relation_size(oid) AS size FROM uncounted OFFSET 0) AS u
    WHERE u.size >= 1048576
)
SELECT
    z.nspname AS schemaname,
    z.relname AS relname,
    z.indexrelname AS indexrelname,
    z.size AS size,
    z.expected AS expected_size,
    greatest(0, z.size - z.expected) AS bloat_size,
    greatest(0, z.size - z.expected) / z.size AS bloat_ratio,
    NULL::text AS not_judged
FROM sizes AS z
UNION ALL
SELECT
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    format('%s %s: %s%s; %s',
        count(*),
        CASE WHEN u.hidden THEN CASE count(*) WHEN 1 THEN 'table hides its statistics by row-level security' ELSE 'tables hide their statistics by row-level security' END
             ELSE CASE count(*) WHEN 1 THEN 'table has no statistics' ELSE 'tables have no statistics' END END,
        (SELECT string_agg(f.name, ', ' ORDER BY f.size DESC, f.name)
         FROM (SELECT * FROM unknown AS o WHERE o.hidden = u.hidden ORDER BY o.size DESC, o.name LIMIT 10) AS f),
        CASE WHEN count(*) > 10 THEN ', ...' ELSE '' END,
        CASE WHEN u.hidden THEN format('run: ALTER ROLE %I BYPASSRLS', current_user) ELSE 'run ANALYZE there' END)
FROM unknown AS u
GROUP BY u.hidden
