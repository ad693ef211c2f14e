WITH history AS (
  SELECT p.name, pg_total_relation_size(i.inhrelid) AS bytes
  FROM unnest(ARRAY['metrics_raw', 'metrics_packed_hours', 'metrics_packed_days', 'collections']) AS p(name)
  JOIN pg_inherits i ON i.inhparent = to_regclass(p.name)
)
SELECT ((SELECT coalesce(sum(bytes), 0) FROM history)
         + pg_total_relation_size('series') + pg_total_relation_size('targets')
         + pg_total_relation_size('metric_definitions') + pg_total_relation_size('schema_migrations'))::bigint,
       (SELECT coalesce(max(bytes), 0) FROM history WHERE name = 'collections'),
       (SELECT min(n.oldest)
        FROM targets t
        CROSS JOIN LATERAL (SELECT c.started_at AS oldest FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at LIMIT 1) n)
