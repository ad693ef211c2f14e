-- metric: sessions
-- summary: The sessions of a server, one row each; read when somebody asks, and not stored.
-- source: pg_stat_activity
-- postgres: 14+
-- privilege *: pg_read_all_stats
-- label pid: Process.
-- attribute database: Database, absent for processes that belong to none.
-- attribute role: Role.
-- attribute application: Name that the session gives itself.
-- attribute client_address: Address of the client, absent over a Unix socket.
-- attribute backend_type: Kind of process.
-- attribute state: What the session does.
-- attribute wait_event_type: Kind of event it waits for.
-- attribute wait_event: Event it waits for.
-- attribute queryid: Identifier of the statement, where the server computes one.
-- attribute query: Statement that it runs or ran last.
-- gauge leader_pid count: Process that a parallel worker works for.
-- gauge backend_age seconds: Time since it connected.
-- gauge xact_age seconds: Time since it began its transaction.
-- gauge query_age seconds: Time since it began its statement.
-- gauge state_age seconds: Time since it has been in its state.
-- gauge backend_xid_age transactions: Age of its transaction id.
-- gauge backend_xmin_age transactions: Age of its snapshot, which keeps vacuum from removing rows.
SELECT
    a.pid::text AS pid,
    a.datname::text AS database,
    a.usename::text AS role,
    nullif(a.application_name, '') AS application,
    host(a.client_addr) AS client_address,
    a.backend_type AS backend_type,
    a.state AS state,
    a.wait_event_type AS wait_event_type,
    a.wait_event AS wait_event,
    a.query_id::text AS queryid,
    -- Commands such as ALTER ROLE hold passwords.
    CASE WHEN a.query ~* '(password|passwd|secret)'
              AND a.query !~* '^[[:space:]]*(select|insert|update|delete|merge|with|values)\M'
         THEN '(not shown: a command that names a password)'
         ELSE left(nullif(nullif(a.query, ''), '<insufficient privilege>'), 4096) END AS query,
    a.leader_pid AS leader_pid,
    CASE WHEN a.backend_start IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - a.backend_start)) END::float8 AS backend_age,
    CASE WHEN a.xact_start IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - a.xact_start)) END::float8 AS xact_age,
    CASE WHEN a.query_start IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - a.query_start)) END::float8 AS query_age,
    CASE WHEN a.state_change IS NOT NULL THEN greatest(0, extract(epoch FROM clock_timestamp() - a.state_change)) END::float8 AS state_age,
    age(a.backend_xid) AS backend_xid_age,
    age(a.backend_xmin) AS backend_xmin_age
FROM pg_stat_activity AS a
WHERE a.pid <> pg_backend_pid()
