-- What was asked within an hour or so before the newest collection of a target: every metric that is still collected, whatever its
-- outcome. Metrics that are asked more rarely, or no more, are found by the time their series were last seen, which is at most
-- 10 minutes before their newest row. Beside max(), SQLite gives the columns of the row that has it.
WITH newest AS (
  SELECT t.target_id, t.name,
    (SELECT max(c.started_at) FROM collections c WHERE c.target_id = t.target_id AND c.started_at <= @until) AS started_at
  FROM targets t
), recent AS (
  SELECT n.target_id, n.name, max(c.started_at) AS started_at, o.key AS metric, o.value AS outcome, c.unreachable
  FROM newest n
  JOIN collections c ON c.target_id = n.target_id AND c.started_at >= n.started_at - 3900000 AND c.started_at <= @until
  JOIN json_each(c.outcomes) o
  GROUP BY n.target_id, o.key
), rare AS (
  SELECT s.target_id, m.name AS metric, max(s.last_seen) AS last_seen
  FROM series s
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  WHERE (s.target_id, m.name) NOT IN (SELECT r.target_id, r.metric FROM recent r)
  GROUP BY s.target_id, m.name
)
SELECT target_id, name, started_at, metric, outcome, unreachable FROM recent
UNION ALL
SELECT r.target_id, t.name, c.started_at, r.metric, (SELECT o.value FROM json_each(c.outcomes) o WHERE o.key = r.metric), c.unreachable
FROM rare r
JOIN targets t ON t.target_id = r.target_id
JOIN collections c ON c.collection_id = (
  SELECT k.collection_id
  FROM collections k
  WHERE k.target_id = r.target_id AND k.started_at <= @until AND k.started_at >= r.last_seen AND k.started_at < r.last_seen + 600000
    AND EXISTS (SELECT 1 FROM json_each(k.outcomes) o WHERE o.key = r.metric)
  ORDER BY k.started_at DESC
  LIMIT 1)
ORDER BY 2, 4
