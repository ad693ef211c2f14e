UPDATE series
SET first_seen = coalesce((SELECT min(r.collected_at) FROM metrics_raw r WHERE r.series_id = series.series_id), max(last_seen, @before))
WHERE series_id = @series
