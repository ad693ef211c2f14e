SELECT l.classid::bigint << 32 | l.objid::bigint AS key, l.pid, coalesce(a.application_name, '') AS name
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
