-- A later step of the schema may bring tables and views, so what was distributed says for which step.
SELECT coalesce(obj_description(to_regclass('metrics'), 'pg_class') LIKE format('%% Distributed, step %s.', @version), false)
