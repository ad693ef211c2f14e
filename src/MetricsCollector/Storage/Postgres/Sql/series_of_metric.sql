SELECT s.series_id, t.name, s.labels::text
FROM series s
JOIN targets t ON t.target_id = s.target_id
WHERE s.metric_id = @metric AND (@target::text IS NULL OR t.name = @target) AND s.labels @> @labels::jsonb
ORDER BY s.series_id
