SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.finished_at AS finishedat, c.status,
       c.unreachable, c.round_trips AS roundtrips, c.outcomes::text AS outcomes
FROM collections c
JOIN targets t ON t.target_id = c.target_id
WHERE c.collection_id = @id
