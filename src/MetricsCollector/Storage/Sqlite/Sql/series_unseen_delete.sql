DELETE FROM series
WHERE series_id = @series AND last_seen + 600000 < @before
  AND NOT EXISTS (SELECT 1 FROM metrics_raw r WHERE r.series_id = series.series_id)
