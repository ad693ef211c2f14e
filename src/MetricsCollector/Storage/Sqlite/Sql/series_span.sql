-- The newest row of a series lies less than 10 minutes after last_seen.
SELECT min(s.first_seen), max(s.last_seen) + 600000
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
WHERE (@target IS NULL OR t.name = @target) AND (@metric IS NULL OR m.name = @metric) AND has_labels(s.labels, @labels)
