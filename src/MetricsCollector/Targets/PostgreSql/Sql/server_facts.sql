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
  to_json(ARRAY(
    SELECT ARRAY[e.extname::text, e.extversion, n.nspname::text, has_schema_privilege(n.oid, 'USAGE')::text]
    FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
  ))::text AS extensions,
  -- That of a role is what it got at login; SET ROLE is nothing that the collector does.
  current_setting('is_superuser') = 'on' AS is_superuser,
  (
    SELECT CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil)::float8 END
    FROM pg_roles WHERE rolname = current_user
  ) AS password_valid_until,
  to_json(ARRAY(SELECT datname::text FROM pg_database
    WHERE datallowconn AND NOT datistemplate AND NOT has_database_privilege(oid, 'CONNECT') ORDER BY datname))::text AS closed_databases,
  CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_read_all_settings' AND pg_has_role(oid, 'USAGE'))
    THEN current_setting('shared_preload_libraries', true) END AS preloaded_libraries,
  to_json(ARRAY(SELECT ARRAY[name, current_setting(name, true)]
    FROM unnest(ARRAY['compute_query_id', 'pg_stat_statements.track', 'track_functions']) AS name))::text AS settings,
  current_setting('default_transaction_read_only') = 'on' AS read_only_by_default
