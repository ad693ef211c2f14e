-- Where the outcome of a metric became another one, and what it was before the range.
-- A metric that is skipped for another reason is skipped otherwise: the first words tell.
WITH each AS (
  SELECT c.target_id, o.key AS metric, c.started_at AS at, o.value AS outcome, c.unreachable,
    concat(o.value->>'outcome', c.unreachable IS NOT NULL,
      CASE WHEN o.value->>'outcome' = 'skipped' THEN left(o.value->>'reason', 12) END) AS state
  FROM collections c
  CROSS JOIN LATERAL jsonb_each(c.outcomes) o
  WHERE c.started_at >= @from AND c.started_at <= @to
    AND (@target::text IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
), compared AS (
  SELECT e.*, lag(at) OVER earlier AS before, lag(state) OVER earlier AS state_before
  FROM each e
  WINDOW earlier AS (PARTITION BY target_id, metric ORDER BY at)
), changed AS MATERIALIZED (
  SELECT target_id, metric, at, before, outcome, unreachable
  FROM compared
  WHERE before IS NULL OR state <> state_before
), found AS (
  SELECT * FROM changed
  UNION ALL
  SELECT f.target_id, f.metric, p.started_at, NULL, p.outcomes->f.metric, p.unreachable
  FROM changed f
  CROSS JOIN LATERAL (
    SELECT c.started_at, c.outcomes, c.unreachable
    FROM collections c
    WHERE c.target_id = f.target_id AND c.started_at < @from AND c.started_at >= @since AND c.outcomes ? f.metric
    ORDER BY c.started_at DESC
    LIMIT 1) p
  WHERE f.before IS NULL
)
SELECT t.name, f.metric, f.at, f.before, f.outcome::text, f.unreachable
FROM found f
JOIN targets t ON t.target_id = f.target_id
ORDER BY t.name, f.metric COLLATE "C", f.at
