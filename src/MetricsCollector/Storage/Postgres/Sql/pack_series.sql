-- The series of some partition that have rows, lowest number first.
SELECT series_id
FROM {partition}
GROUP BY series_id
ORDER BY series_id
LIMIT @limit
