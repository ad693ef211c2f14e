SELECT m.name, sum(p.row_count::bigint * cardinality(p.packings))::float8
FROM {partition} p
JOIN series s ON s.series_id = p.series_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
GROUP BY m.name
