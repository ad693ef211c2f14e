SELECT s.series_id, t.name, s.labels
FROM series s
JOIN targets t ON t.target_id = s.target_id
WHERE s.metric_id = @metric AND (@target IS NULL OR t.name = @target) AND (@labels IS NULL OR has_labels(s.labels, @labels))
  AND s.first_seen <= @to AND s.last_seen + 600000 > @from
ORDER BY s.series_id
