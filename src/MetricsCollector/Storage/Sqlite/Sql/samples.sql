SELECT collected_at, readings
FROM (
  SELECT collected_at, readings
  FROM metrics_raw
  WHERE series_id = @series AND collected_at >= @before AND collected_at < @from
  ORDER BY collected_at DESC
  LIMIT 1)
UNION ALL
SELECT collected_at, readings
FROM metrics_raw
WHERE series_id = @series AND collected_at >= @from AND collected_at <= @to
ORDER BY collected_at
