-- metric: table_options
-- summary: Storage parameters of the tables that have some (ALTER TABLE ... SET), where they replace the settings of the server.
-- source: pg_class, pg_options_to_table
-- postgres: 14+
-- scope: database
-- every: 1h
-- role: any
-- label schemaname: Schema.
-- label relname: Table.
-- gauge fillfactor percent: How full pages are packed.
-- gauge autovacuum_enabled boolean: 0 where autovacuum leaves the table alone.
-- gauge autovacuum_vacuum_threshold rows: Dead rows before a vacuum, beside the scale factor.
-- gauge autovacuum_vacuum_max_threshold rows: Dead rows before a vacuum at most.
-- gauge autovacuum_vacuum_scale_factor ratio: Share of the table that has to be dead before a vacuum.
-- gauge autovacuum_vacuum_insert_threshold rows: Inserted rows before a vacuum, beside the scale factor.
-- gauge autovacuum_vacuum_insert_scale_factor ratio: Share of the table that has to be inserted before a vacuum.
-- gauge autovacuum_analyze_threshold rows: Changed rows before an analyze, beside the scale factor.
-- gauge autovacuum_analyze_scale_factor ratio: Share of the table that has to change before an analyze.
-- gauge autovacuum_vacuum_cost_delay milliseconds: How long autovacuum sleeps when it has used up its cost limit.
-- gauge autovacuum_vacuum_cost_limit cost: How much autovacuum may cost before it sleeps.
-- gauge autovacuum_freeze_min_age transactions: Age at which vacuum freezes rows.
-- gauge autovacuum_freeze_max_age transactions: Age at which a vacuum is forced.
-- gauge autovacuum_freeze_table_age transactions: Age at which vacuum reads the whole table.
-- gauge log_autovacuum_min_duration milliseconds: How long a run of autovacuum takes at least to be logged; -1 for never.
SELECT
    n.nspname AS schemaname,
    c.relname AS relname,
    max(o.option_value) FILTER (WHERE o.option_name = 'fillfactor')::float8 AS fillfactor,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_enabled')::bool::int AS autovacuum_enabled,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_threshold')::float8 AS autovacuum_vacuum_threshold,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_max_threshold')::float8 AS autovacuum_vacuum_max_threshold,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_scale_factor')::float8 AS autovacuum_vacuum_scale_factor,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_insert_threshold')::float8 AS autovacuum_vacuum_insert_threshold,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_insert_scale_factor')::float8 AS autovacuum_vacuum_insert_scale_factor,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_analyze_threshold')::float8 AS autovacuum_analyze_threshold,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_analyze_scale_factor')::float8 AS autovacuum_analyze_scale_factor,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_cost_delay')::float8 AS autovacuum_vacuum_cost_delay,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_cost_limit')::float8 AS autovacuum_vacuum_cost_limit,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_freeze_min_age')::float8 AS autovacuum_freeze_min_age,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_freeze_max_age')::float8 AS autovacuum_freeze_max_age,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_freeze_table_age')::float8 AS autovacuum_freeze_table_age,
    max(o.option_value) FILTER (WHERE o.option_name = 'log_autovacuum_min_duration')::float8 AS log_autovacuum_min_duration
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_options_to_table(c.reloptions) AS o
WHERE c.reloptions IS NOT NULL
  AND c.relkind IN ('r', 'm')
  AND c.relpersistence <> 't'
  AND c.oid >= 16384
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
GROUP BY c.oid, n.nspname, c.relname
ORDER BY c.oid
LIMIT 1000
