-- The instants a second time, each once, as an array, and their bounds: known when the statement is planned, they leave only the
-- partitions that hold them. One statement over both, so that it sees every row before or after it is packed and never twice.
-- A packed row that was unpacked before and is still the same gives only its place among those.
SELECT h.place, r.series_id, r.readings,
       NULL::integer, NULL::text, NULL::timestamptz, NULL::integer, NULL::smallint, NULL::float8[], NULL::smallint[], NULL::integer[], NULL::float8[],
       NULL::bigint
FROM unnest(@targets, @metrics, @instants) WITH ORDINALITY AS h(target_id, metric, collected_at, place)
JOIN metric_definitions m ON m.name = h.metric
JOIN series s ON s.target_id = h.target_id AND s.metric_id = m.metric_id AND s.labels @> @labels::jsonb
JOIN metrics_raw r ON r.series_id = s.series_id AND r.collected_at = h.collected_at
WHERE r.collected_at = ANY(@distinct)
UNION ALL
SELECT NULL, p.series_id, CASE WHEN u.place IS NULL THEN p.readings END,
       s.target_id, m.name, p.starts_at, p.row_count, p.times_packing,
       CASE WHEN u.place IS NULL THEN p.times END,
       CASE WHEN u.place IS NULL THEN p.packings END,
       CASE WHEN u.place IS NULL THEN p.ends END,
       CASE WHEN u.place IS NULL THEN p.summaries END,
       u.place
FROM (SELECT DISTINCT * FROM unnest(@targets, @metrics)) AS w(target_id, metric)
JOIN metric_definitions m ON m.name = w.metric
JOIN series s ON s.target_id = w.target_id AND s.metric_id = m.metric_id AND s.labels @> @labels::jsonb
JOIN metrics_packed p ON p.series_id = s.series_id
LEFT JOIN unnest(@unpackedSeries, @unpackedStarts, @unpackedEnds, @unpackedCounts) WITH ORDINALITY AS u(series_id, starts_at, ends_at, row_count, place)
  ON u.series_id = p.series_id AND u.starts_at = p.starts_at AND u.ends_at = p.ends_at AND u.row_count = p.row_count
WHERE p.starts_at > @dayBefore AND p.starts_at <= @newest AND p.ends_at >= @oldest
  AND EXISTS (
    SELECT FROM unnest(@targets, @metrics, @instants) AS h(target_id, metric, collected_at)
    WHERE h.target_id = s.target_id AND h.metric = m.name AND h.collected_at BETWEEN p.starts_at AND p.ends_at)
