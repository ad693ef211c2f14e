INSERT INTO series (target_id, metric_id, labels, attributes, first_seen, last_seen)
SELECT * FROM unnest(@targets, @metrics, @labels, @attributes, @first_seen, @last_seen)
ON CONFLICT DO NOTHING
