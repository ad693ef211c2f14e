-- What every collection had, in order of time: its metrics, and how those ended that were not ok, parted by control characters.
SELECT t.name, c.started_at,
  (SELECT group_concat(o.key, char(10)) FROM json_each(c.outcomes) o) AS metrics,
  CASE WHEN instr(c.outcomes, '"outcome"') > 0 THEN
    (SELECT group_concat(
        o.key || char(31) || (o.value ->> 'outcome') || char(31) || coalesce(o.value ->> 'sqlState', '')
          || coalesce(char(31) || replace(replace(o.value ->> 'reason', char(30), ' '), char(31), ' '), ''), char(30))
      FROM json_each(c.outcomes) o
      WHERE o.value ->> 'outcome' IS NOT NULL)
  END AS others,
  c.unreachable
FROM collections c
JOIN targets t ON t.target_id = c.target_id
WHERE c.started_at >= @from AND c.started_at <= @to
  AND (@target IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
ORDER BY c.started_at
