SELECT s.series_id, t.name, m.name, s.labels, s.attributes, s.first_seen, s.last_seen
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
WHERE (@target IS NULL OR t.name = @target)
  AND (@metric IS NULL OR m.name = @metric)
  AND (@labels IS NULL OR has_labels(s.labels, @labels))
  AND (@afterId = 0 OR (t.name, m.name, s.series_id) > (
    SELECT at.name, am.name, a.series_id
    FROM series a
    JOIN targets at ON at.target_id = a.target_id
    JOIN metric_definitions am ON am.metric_id = a.metric_id
    WHERE a.series_id = @afterId))
ORDER BY t.name, m.name, s.series_id
LIMIT @limit
