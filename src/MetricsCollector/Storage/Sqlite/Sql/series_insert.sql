INSERT INTO series (target_id, metric_id, labels, attributes, first_seen, last_seen)
VALUES (@target, @metric, @labels, @attributes, @first, @last)
RETURNING series_id
