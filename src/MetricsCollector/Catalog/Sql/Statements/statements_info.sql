-- metric: statements_info
-- summary: How often pg_stat_statements threw statements away because it had no room for them.
-- source: pg_stat_statements_info
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- requires: pg_stat_statements 1.9 preloaded
-- counter dealloc rounds: Times that the least used statements were thrown away because pg_stat_statements.max was reached.
-- gauge stats_reset timestamp: When all statements were last reset.
SELECT
    dealloc,
    extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_statements_info
