SELECT series_id, collected_at, {readings}
FROM metrics_raw
WHERE series_id = ANY(@series) AND collected_at >= @from AND collected_at <= @to
ORDER BY series_id, collected_at
