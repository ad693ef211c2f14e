-- metric: database_size
-- summary: Size of each database on disk, and how many may connect to it.
-- source: pg_database, pg_database_size
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- problem: not_read
-- label datname: Database.
-- gauge size bytes: Space that the files of the database take, in all tablespaces.
-- gauge datconnlimit connections: Connections that the database allows, -1 for no limit of its own.
WITH databases AS MATERIALIZED (
    SELECT
        oid,
        datname,
        datconnlimit,
        -- Of a database that was dropped since the statement began, the question about the privilege is NULL.
        has_database_privilege(oid, 'CONNECT') OR (pg_has_role('pg_read_all_stats', 'USAGE')
            AND has_database_privilege(oid, 'CONNECT') IS NOT NULL) AS may_read
    FROM pg_database
    -- template0 never changes, a managed service's own databases are not ours to watch.
    WHERE NOT (datistemplate AND NOT datallowconn)
      AND datname NOT IN
        ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
), sizes AS MATERIALIZED (
    -- It looks at every file of the database: the reason why this is asked so rarely.
    SELECT datname, datconnlimit, CASE WHEN may_read THEN pg_database_size(oid) END AS size FROM databases
)
SELECT
    s.datname,
    s.size,
    s.datconnlimit,
    NULL::text AS not_read
FROM sizes AS s
WHERE s.size IS NOT NULL
UNION ALL
SELECT
    NULL, NULL, NULL,
    format('the role may not read the size of %s; run: GRANT pg_monitor TO "%s"',
        CASE count(*) WHEN 1 THEN 'database ' || min(d.datname::text) ELSE count(*) || ' databases' END,
        replace(current_user::text, '"', '""'))
FROM databases AS d
WHERE NOT d.may_read
HAVING count(*) > 0
