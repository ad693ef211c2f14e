-- Every collection says how many rows of each metric it brought.
SELECT m.name, sum(o.value ->> 'rows') * json_array_length(m.fields) * 1.0
FROM collections c
JOIN json_each(c.outcomes) o
JOIN metric_definitions m ON m.name = o.key
WHERE c.started_at > @since
GROUP BY m.metric_id
HAVING sum(o.value ->> 'rows') > 0
