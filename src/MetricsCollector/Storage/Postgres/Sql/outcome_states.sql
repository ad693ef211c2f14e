-- What every collection had, in order of time: its metrics, and how those ended that were not ok, parted by control characters.
SELECT t.name, c.started_at, o.metrics, o.others, c.unreachable
FROM collections c
JOIN targets t ON t.target_id = c.target_id
CROSS JOIN LATERAL (
  SELECT string_agg(key, E'\n' ORDER BY key) AS metrics,
    string_agg(concat_ws(E'\x1f', key, value->>'outcome', coalesce(value->>'sqlState', ''), translate(value->>'reason', E'\x1e\x1f', '  ')), E'\x1e')
      FILTER (WHERE value ? 'outcome') AS others
  FROM jsonb_each(c.outcomes)) o
WHERE c.started_at >= @from AND c.started_at <= @to
  AND (@target::text IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
ORDER BY c.started_at
