-- As store_size.sql. Here every table but collections is a shell; its rows are in shards, and copies count as what they take.
WITH shards AS (
  SELECT d.logicalrelid::oid AS relation, sum(z.size) AS bytes
  FROM pg_dist_shard d
  JOIN citus_shard_sizes() z ON z.shard_id = d.shardid
  GROUP BY 1
), history AS (
  SELECT p.name, coalesce(s.bytes, pg_total_relation_size(i.inhrelid)) AS bytes
  FROM unnest(ARRAY['metrics_raw', 'metrics_packed_hours', 'metrics_packed_days', 'collections']) AS p(name)
  JOIN pg_inherits i ON i.inhparent = to_regclass(p.name)
  LEFT JOIN shards s ON s.relation = i.inhrelid
)
SELECT ((SELECT coalesce(sum(bytes), 0) FROM history)
         + (SELECT coalesce(sum(bytes), 0) FROM shards
            WHERE relation = ANY(ARRAY[to_regclass('series'), to_regclass('targets'), to_regclass('metric_definitions')]::oid[]))
         + pg_total_relation_size('schema_migrations'))::bigint,
       (SELECT coalesce(max(bytes), 0) FROM history WHERE name = 'collections')::bigint,
       (SELECT min(n.oldest)
        FROM targets t
        CROSS JOIN LATERAL (SELECT c.started_at AS oldest FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at LIMIT 1) n)
