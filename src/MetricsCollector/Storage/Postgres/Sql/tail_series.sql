-- Packing writes series in the order of their numbers, so the last ones lie at the end.
SELECT series_id
FROM {partition}
WHERE series_id < @below
GROUP BY series_id
ORDER BY series_id DESC
LIMIT @limit
