-- The instants a second time, each once, as an array: known when the statement is planned, they leave only the partitions that hold them.
SELECT h.place, r.series_id, r.readings
FROM unnest(@targets, @metrics, @instants) WITH ORDINALITY AS h(target_id, metric, collected_at, place)
JOIN metric_definitions m ON m.name = h.metric
JOIN series s ON s.target_id = h.target_id AND s.metric_id = m.metric_id AND s.labels @> @labels::jsonb
JOIN metrics_raw r ON r.series_id = s.series_id AND r.collected_at = h.collected_at
WHERE r.collected_at = ANY(@distinct)
ORDER BY h.place, r.series_id
