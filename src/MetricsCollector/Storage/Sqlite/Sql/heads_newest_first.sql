SELECT c.target_id, t.name, c.started_at, o.key, o.value, c.unreachable
FROM collections c
JOIN targets t ON t.target_id = c.target_id
JOIN json_each(c.outcomes) o
WHERE c.started_at >= @from AND c.started_at <= @to
  AND (@target IS NULL OR t.name = @target)
  AND (@metric IS NULL OR o.key = @metric)
  AND (@afterAt IS NULL OR (c.started_at, t.name, o.key) < (@afterAt, @afterTarget, @afterMetric))
ORDER BY c.started_at DESC, t.name DESC, o.key DESC
LIMIT @limit
