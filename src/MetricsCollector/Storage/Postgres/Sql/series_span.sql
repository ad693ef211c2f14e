-- The newest row of a series lies less than 10 minutes after last_seen.
SELECT min(s.first_seen), max(s.last_seen) + interval '10 minutes'
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
WHERE (@target::text IS NULL OR t.name = @target)
  AND (@metric::text IS NULL OR m.name = @metric)
  AND s.labels @> @labels::jsonb
