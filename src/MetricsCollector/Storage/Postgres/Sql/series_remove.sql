-- A series that was written to meanwhile is no longer unseen, and stays.
DELETE FROM series
WHERE last_seen < @before
  AND series_id = ANY(ARRAY(
    SELECT series_id FROM series WHERE metric_id = ANY(@metrics) AND last_seen < @before ORDER BY series_id LIMIT 1000))
