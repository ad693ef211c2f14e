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
    spcname,
    pg_tablespace_size(oid) AS size
FROM pg_tablespace
