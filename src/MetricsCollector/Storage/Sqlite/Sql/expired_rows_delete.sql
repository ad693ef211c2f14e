DELETE FROM metrics_raw
WHERE series_id = @series AND collected_at IN (
  SELECT collected_at FROM metrics_raw WHERE series_id = @series AND collected_at < @before ORDER BY collected_at LIMIT @limit)
