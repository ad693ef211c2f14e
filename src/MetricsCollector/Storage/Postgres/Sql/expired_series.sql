SELECT series_id
FROM series
WHERE metric_id = ANY(@metrics) AND series_id > @after
ORDER BY series_id
LIMIT @limit
