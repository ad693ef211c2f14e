-- How a metric of a target ended the last time before an instant.
SELECT c.started_at, (SELECT o.value FROM json_each(c.outcomes) o WHERE o.key = @metric), c.unreachable
FROM collections c
WHERE c.target_id = (SELECT target_id FROM targets WHERE name = @target) AND c.started_at < @from AND c.started_at >= @since
  AND EXISTS (SELECT 1 FROM json_each(c.outcomes) o WHERE o.key = @metric)
ORDER BY c.started_at DESC
LIMIT 1
