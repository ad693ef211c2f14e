-- How metrics of targets ended the last time before an instant.
SELECT w.target, w.metric, p.started_at, p.outcome::text, p.unreachable
FROM unnest(@targets, @metrics) AS w(target, metric)
JOIN targets t ON t.name = w.target
CROSS JOIN LATERAL (
  SELECT c.started_at, c.outcomes->w.metric AS outcome, c.unreachable
  FROM collections c
  WHERE c.target_id = t.target_id AND c.started_at < @from AND c.started_at >= @since AND c.outcomes ? w.metric
  ORDER BY c.started_at DESC
  LIMIT 1) p
