-- The schema that search_path leads to: partitions go where their parent is.
SELECT quote_ident(n.nspname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass('metrics_raw')
