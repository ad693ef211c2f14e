-- metric: extensions
-- summary: Extensions of the database that the target's connection string names, with their versions.
-- source: pg_extension
-- postgres: 14+
-- scope: instance
-- every: 10m
-- role: any
-- label datname: Database.
-- label extname: Extension.
-- label version: Version that is installed.
-- gauge installed boolean: Always 1: when an extension is updated, one row ends and another begins.
SELECT
    current_database()::text AS datname,
    extname::text AS extname,
    extversion AS version,
    1 AS installed
FROM pg_extension
