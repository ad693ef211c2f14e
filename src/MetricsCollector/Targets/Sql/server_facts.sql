-- What decides which metrics a server is asked for. Everybody may read all of it.
-- Lists come as JSON: reading arrays costs the driver 200 kB for each server.
SELECT
  current_setting('server_version_num')::int AS version_num,
  split_part(current_setting('server_version'), ' ', 1) AS version,
  pg_is_in_recovery() AS in_recovery,
  pg_postmaster_start_time() AS started_at,
  current_user::text AS role_name,
  to_json(ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'pg\_%' AND pg_has_role(oid, 'USAGE')))::text AS predefined_roles,
  current_database()::text AS database_name,
  to_json(ARRAY(SELECT datname::text FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname))::text AS databases,
  -- What pg_stat_ssl reads: the view lists every session before it takes ours.
  coalesce((SELECT ssl FROM pg_stat_get_activity(pg_backend_pid())), false) AS encrypted,
  to_json(ARRAY(SELECT ARRAY[e.extname::text, e.extversion, n.nspname::text] FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace))::text AS extensions
