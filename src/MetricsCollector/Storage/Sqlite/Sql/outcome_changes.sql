-- Where the outcome of a metric became another one, and what it was before the range.
-- A metric that is skipped for another reason is skipped otherwise: the first words tell.
WITH each AS (
  SELECT c.target_id, o.key AS metric, c.started_at AS at, o.value AS outcome, c.unreachable,
    coalesce(o.value ->> 'outcome', '') || (c.unreachable IS NOT NULL)
      || CASE WHEN o.value ->> 'outcome' = 'skipped' THEN substr(coalesce(o.value ->> 'reason', ''), 1, 12) ELSE '' END AS state
  FROM collections c
  JOIN json_each(c.outcomes) o
  WHERE c.started_at >= @from AND c.started_at <= @to
    AND (@target IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
), compared AS (
  SELECT e.*, lag(at) OVER earlier AS before, lag(state) OVER earlier AS state_before
  FROM each e
  WINDOW earlier AS (PARTITION BY target_id, metric ORDER BY at)
), changed AS MATERIALIZED (
  SELECT target_id, metric, at, before, outcome, unreachable
  FROM compared
  WHERE before IS NULL OR state <> state_before
), found AS (
  SELECT target_id, metric, at, before, outcome, unreachable FROM changed
  UNION ALL
  SELECT f.target_id, f.metric, p.started_at, NULL,
    (SELECT o.value FROM json_each(p.outcomes) o WHERE o.key = f.metric), p.unreachable
  FROM changed f
  JOIN collections p ON p.collection_id = (
    SELECT c.collection_id
    FROM collections c
    WHERE c.target_id = f.target_id AND c.started_at < @from AND c.started_at >= @since
      AND EXISTS (SELECT 1 FROM json_each(c.outcomes) o WHERE o.key = f.metric)
    ORDER BY c.started_at DESC
    LIMIT 1)
  WHERE f.before IS NULL
)
SELECT t.name, f.metric, f.at, f.before, f.outcome, f.unreachable
FROM found f
JOIN targets t ON t.target_id = f.target_id
ORDER BY t.name, f.metric, f.at
