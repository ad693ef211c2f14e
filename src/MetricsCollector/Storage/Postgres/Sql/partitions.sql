-- Bounds are read back as this session prints them, so no setting of the server can garble them. A DEFAULT partition has none.
WITH p AS MATERIALIZED (
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''(.+)''\) TO \(''(.+)''\)') AS bounds
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = to_regclass(@table)
)
SELECT p.name, p.bounds[1]::timestamptz AS "from", p.bounds[2]::timestamptz AS "to"
FROM p
WHERE p.bounds IS NOT NULL
ORDER BY 2
