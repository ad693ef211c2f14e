SELECT m.name, sum(cardinality(r.readings))::float8
FROM {partition} r
JOIN series s ON s.series_id = r.series_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
GROUP BY m.name
