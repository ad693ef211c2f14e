SELECT series_id FROM series WHERE metric_id = @metric AND first_seen < @before ORDER BY series_id
