SELECT s.series_id, r.readings
FROM series s
JOIN metrics_raw r ON r.series_id = s.series_id AND r.collected_at = @at
WHERE s.target_id = @target AND s.metric_id = @metric AND s.first_seen <= @at AND s.last_seen + 600000 > @at
  AND (@labels IS NULL OR has_labels(s.labels, @labels))
ORDER BY s.series_id
