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

-- The collector makes each of its transactions read-only itself. As a default of the role, read-only would also hold for event triggers
-- that write at login, so that the role could not log in, and Target Session Attributes=read-write would find no server.
ALTER ROLE metrics_collector RESET default_transaction_read_only;

-- Bounds for whatever else logs in with this role: the collector sets its own in each of its transactions.
ALTER ROLE metrics_collector SET statement_timeout = '30s';
ALTER ROLE metrics_collector SET lock_timeout = '1s';
ALTER ROLE metrics_collector SET idle_in_transaction_session_timeout = '30s';

-- One connection, one more for a database at a time, and some to spare for `check` beside the service.
ALTER ROLE metrics_collector CONNECTION LIMIT 5;
