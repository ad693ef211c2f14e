-- metric: database_size
-- summary: Size of each database on disk, and how many may connect to it.
-- source: pg_database, pg_database_size
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- label datname: Database.
-- gauge size bytes: Space that the files of the database take, in all tablespaces.
-- gauge datconnlimit connections: Connections that the database allows, -1 for no limit of its own.
SELECT
    d.datname,
    d.size,
    d.datconnlimit
FROM (
    SELECT
        datname,
        datconnlimit,
        -- It looks at every file of the database: the reason why this is asked so rarely. Of a database that was dropped since the
        -- statement began it raises an error, and the question about the privilege is NULL.
        CASE WHEN has_database_privilege(oid, 'CONNECT') IS NOT NULL THEN pg_database_size(oid) END AS size
    FROM pg_database
    -- template0 never changes, a managed service's own databases are not ours to watch.
    WHERE NOT (datistemplate AND NOT datallowconn)
      AND datname NOT IN
        ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
    OFFSET 0
) AS d
WHERE d.size IS NOT NULL
