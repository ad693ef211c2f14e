-- Citus gives every table that it distributes a trigger of its own; its catalogs cannot be named where it may be missing.
SELECT EXISTS (
  SELECT
  FROM pg_trigger t
  JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid = to_regclass('metrics_raw') AND p.proname = 'citus_truncate_trigger')
