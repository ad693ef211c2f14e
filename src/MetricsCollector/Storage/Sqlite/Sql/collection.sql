SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.duration_us AS duration, c.status,
       c.unreachable, c.round_trips AS roundtrips, c.outcomes
FROM collections c
JOIN targets t ON t.target_id = c.target_id
WHERE c.collection_id = @id
