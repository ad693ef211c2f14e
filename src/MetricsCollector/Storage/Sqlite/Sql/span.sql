SELECT min(c.started_at), max(c.started_at)
FROM collections c
WHERE @target IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target)
