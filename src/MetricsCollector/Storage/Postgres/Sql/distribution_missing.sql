-- Those of some tables that are not distributed, in the same order.
SELECT t.name
FROM unnest(@tables) WITH ORDINALITY AS t(name, place)
WHERE to_regclass(t.name) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = to_regclass(t.name))
ORDER BY t.place
