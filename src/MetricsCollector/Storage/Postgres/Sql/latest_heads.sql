-- What was asked within an hour or so before the newest collection of a target: every metric that is still collected, whatever its
-- outcome. Metrics that are asked more rarely, or no more, are found by the time their series were last seen, which is at most
-- 10 minutes before their newest row.
WITH newest AS (
  SELECT t.target_id, t.name, n.started_at
  FROM targets t
  CROSS JOIN LATERAL (
    SELECT c.started_at FROM collections c
    WHERE c.target_id = t.target_id AND c.started_at <= @until
    ORDER BY c.started_at DESC LIMIT 1) n
), recent AS (
  SELECT DISTINCT ON (n.target_id, o.key) n.target_id, n.name, c.started_at, o.key COLLATE "C" AS metric, o.value AS outcome, c.unreachable
  FROM newest n
  CROSS JOIN LATERAL (
    SELECT * FROM collections c
    WHERE c.target_id = n.target_id AND c.started_at >= n.started_at - interval '65 minutes' AND c.started_at <= @until
    OFFSET 0) c -- asked target by target, through the index: a hash join would read all of history
  CROSS JOIN LATERAL jsonb_each(c.outcomes) o
  ORDER BY n.target_id, o.key, c.started_at DESC
), rare AS (
  SELECT s.target_id, m.name AS metric, max(s.last_seen) AS last_seen
  FROM series s
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  WHERE NOT EXISTS (SELECT FROM recent r WHERE r.target_id = s.target_id AND r.metric = m.name)
  GROUP BY s.target_id, m.name
)
SELECT target_id, name, started_at, metric, outcome::text, unreachable FROM recent
UNION ALL
SELECT r.target_id, t.name, c.started_at, r.metric, (c.outcomes -> r.metric)::text, c.unreachable
FROM rare r
JOIN targets t ON t.target_id = r.target_id
CROSS JOIN LATERAL (
  SELECT c.started_at, c.outcomes, c.unreachable
  FROM collections c
  WHERE c.target_id = r.target_id AND c.outcomes ? r.metric
    AND c.started_at <= @until AND c.started_at >= r.last_seen AND c.started_at < r.last_seen + interval '10 minutes'
  ORDER BY c.started_at DESC
  LIMIT 1) c
ORDER BY 2, 4
