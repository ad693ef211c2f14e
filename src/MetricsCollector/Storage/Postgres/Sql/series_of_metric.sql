SELECT s.series_id, t.name, s.labels::text
FROM series s
JOIN targets t ON t.target_id = s.target_id
WHERE s.metric_id = (SELECT metric_id FROM metric_definitions WHERE name = @metric)
  AND (@target::text IS NULL OR t.name = @target) AND s.labels @> @labels::jsonb
ORDER BY s.series_id
