SELECT c.target_id, t.name, c.started_at, o.key, o.value::text, c.unreachable
FROM targets t
JOIN collections c ON c.target_id = t.target_id
CROSS JOIN LATERAL jsonb_each(c.outcomes) o
WHERE (@target::text IS NULL OR t.name = @target)
  AND c.started_at >= @from AND c.started_at <= @to
  AND (@metric::text IS NULL OR (c.outcomes ? @metric AND o.key = @metric))
  AND (@afterAt::timestamptz IS NULL OR (c.started_at, t.name, o.key COLLATE "C") < (@afterAt, @afterTarget, @afterMetric))
ORDER BY c.started_at DESC, t.name DESC, o.key COLLATE "C" DESC
LIMIT @limit
