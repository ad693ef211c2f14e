SELECT w.place, s.series_id, s.first_seen, s.last_seen, s.attributes::text
FROM unnest(@targets, @metrics, @labels) WITH ORDINALITY AS w(target_id, metric_id, labels, place)
JOIN series s ON s.target_id = w.target_id AND s.metric_id = w.metric_id AND s.labels = w.labels
