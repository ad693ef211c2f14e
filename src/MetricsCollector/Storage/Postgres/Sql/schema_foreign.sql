-- A table or view that the store would make and that is there already, made by somebody else; NULL when there is none.
SELECT min(c.relname::text)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema()
  AND c.relname = ANY(ARRAY['targets', 'metric_definitions', 'series', 'collections', 'metrics_raw', 'metrics_packed_hours',
    'metrics_packed_days',
                            'metrics_packed', 'metrics', 'metrics_latest', 'saved_targets'])
