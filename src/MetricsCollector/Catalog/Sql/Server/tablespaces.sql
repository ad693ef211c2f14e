-- metric: tablespaces
-- summary: Size of each tablespace on disk.
-- source: pg_tablespace, pg_tablespace_size
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- label spcname: Tablespace.
-- gauge size bytes: Space that the files of the tablespace take.
SELECT
    t.spcname,
    t.size
FROM (
    -- Of a tablespace that was dropped since the statement began the size is an error, and the question about the privilege is NULL.
    SELECT spcname, CASE WHEN has_tablespace_privilege(oid, 'CREATE') IS NOT NULL THEN pg_tablespace_size(oid) END AS size
    FROM pg_tablespace
    OFFSET 0
) AS t
WHERE t.size IS NOT NULL
