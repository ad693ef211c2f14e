SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.duration_us AS duration, c.status,
       c.unreachable, c.round_trips AS roundtrips, c.outcomes
FROM collections c
JOIN targets t ON t.target_id = c.target_id
WHERE (@target IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target)) AND (@before IS NULL OR c.collection_id < @before)
ORDER BY c.collection_id DESC
LIMIT @limit
