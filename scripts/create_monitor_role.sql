-- The least-privileged role for a watched server. Run as a superuser, in any database, once for each server:
--
--     psql -d postgres -f scripts/create_monitor_role.sql
--     psql -d postgres -c '\password metrics_collector'
--
-- Running it again changes nothing, and brings a role that an earlier version made up to date.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'metrics_collector') THEN
    CREATE ROLE metrics_collector LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
END
$$;

-- Reads every statistics view, setting and size; writes nothing and sees no table's rows.
GRANT pg_monitor TO metrics_collector;

-- The collector makes each of its transactions read-only and sets its timeouts itself. As defaults of the role they would stand in the way: read-only
-- also holds for event triggers that write at login, and timeouts of the role hide those of the server from the metric settings.
ALTER ROLE metrics_collector RESET default_transaction_read_only;
ALTER ROLE metrics_collector RESET statement_timeout;
ALTER ROLE metrics_collector RESET lock_timeout;
ALTER ROLE metrics_collector RESET idle_in_transaction_session_timeout;

-- One connection, one more for a database at a time, and some to spare for `check` beside the service.
ALTER ROLE metrics_collector CONNECTION LIMIT 5;
