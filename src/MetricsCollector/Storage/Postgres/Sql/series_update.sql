UPDATE series s
SET first_seen = least(s.first_seen, n.first_seen),
    last_seen = greatest(s.last_seen, n.last_seen),
    attributes = s.attributes || n.attributes
FROM unnest(@ids, @first_seen, @last_seen, @attributes) AS n(series_id, first_seen, last_seen, attributes)
WHERE s.series_id = n.series_id
