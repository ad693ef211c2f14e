-- The views, in words that Citus hands to the nodes as they are: branches of a UNION show series_id in the same place, and nothing looks
-- up a series with LIMIT. Their columns and rows are the same.

SELECT create_distributed_function('metrics_unpack(smallint,float8,float8[],integer)');

CREATE OR REPLACE VIEW metrics AS
SELECT u.collected_at, u.target, u.metric, u.labels, u.field, u.value
FROM (
  SELECT r.series_id, r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
  FROM metrics_raw r
  JOIN series s ON s.series_id = r.series_id
  JOIN targets t ON t.target_id = s.target_id
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
  UNION ALL
  SELECT p.series_id, p.starts_at + at.value * interval '1 millisecond', t.name, m.name, s.labels, f.name, v.value
  FROM metrics_packed p
  JOIN series s ON s.series_id = p.series_id
  JOIN targets t ON t.target_id = s.target_id
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
  CROSS JOIN LATERAL metrics_unpack(p.times_packing, 0, p.times, p.row_count) AS at
  JOIN LATERAL metrics_unpack(
    p.packings[f.position::integer], p.summaries[7 * f.position::integer - 6],
    p.readings[coalesce(p.ends[f.position::integer - 1], 0) + 1 : p.ends[f.position::integer]], p.row_count) AS v ON v.place = at.place) u;

-- Not in SQL: Citus plans no parameters of a function in that language.
CREATE OR REPLACE FUNCTION metrics_between(since timestamptz, until timestamptz)
RETURNS TABLE (collected_at timestamptz, target text, metric text, labels jsonb, field text, value float8)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT u.collected_at, u.target::text, u.metric::text, u.labels, u.field, u.value
  FROM (
    SELECT r.series_id, r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
    FROM metrics_raw r
    JOIN series s ON s.series_id = r.series_id
    JOIN targets t ON t.target_id = s.target_id
    JOIN metric_definitions m ON m.metric_id = s.metric_id
    CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
    WHERE r.collected_at >= since AND r.collected_at <= until
    UNION ALL
    SELECT p.series_id, p.starts_at + at.value * interval '1 millisecond', t.name, m.name, s.labels, f.name, v.value
    FROM metrics_packed p
    JOIN series s ON s.series_id = p.series_id
    JOIN targets t ON t.target_id = s.target_id
    JOIN metric_definitions m ON m.metric_id = s.metric_id
    CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
    CROSS JOIN LATERAL metrics_unpack(p.times_packing, 0, p.times, p.row_count) AS at
    JOIN LATERAL metrics_unpack(
      p.packings[f.position::integer], p.summaries[7 * f.position::integer - 6],
      p.readings[coalesce(p.ends[f.position::integer - 1], 0) + 1 : p.ends[f.position::integer]], p.row_count) AS v ON v.place = at.place
    WHERE p.starts_at > since - interval '1 day' AND p.starts_at <= until AND p.ends_at >= since
      AND p.starts_at + at.value * interval '1 millisecond' BETWEEN since AND until) u;
END
$$;

CREATE OR REPLACE VIEW metrics_latest AS
SELECT r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
FROM (
  SELECT DISTINCT ON (u.series_id) u.series_id, u.collected_at, u.readings
  FROM (
    SELECT n.series_id, n.collected_at, n.readings
    FROM metrics_raw n
    JOIN series s ON s.series_id = n.series_id
    WHERE n.collected_at >= s.last_seen AND n.collected_at < s.last_seen + interval '10 minutes'
    UNION ALL
    SELECT p.series_id, p.ends_at, (
      SELECT array_agg(p.summaries[7 * n - CASE WHEN p.packings[n] = 0 THEN 6 ELSE 5 END] ORDER BY n)
      FROM generate_series(1, cardinality(p.packings)) AS n)
    FROM metrics_packed p
    JOIN series s ON s.series_id = p.series_id
    WHERE p.ends_at >= s.last_seen
      AND p.starts_at > s.last_seen - interval '1 day' AND p.starts_at < s.last_seen + interval '10 minutes') u
  ORDER BY u.series_id, u.collected_at DESC) r
JOIN series s ON s.series_id = r.series_id
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position);

COMMENT ON VIEW metrics IS 'Every value with its names, for psql and SQL dashboards: filter by collected_at and metric. For a short range of a long history use metrics_between. Distributed, step {version}.';
