SELECT series_id FROM series WHERE first_seen < @before ORDER BY series_id
