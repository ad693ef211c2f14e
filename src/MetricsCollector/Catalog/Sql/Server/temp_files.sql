-- metric: temp_files
-- summary: Temporary files that queries use now, by tablespace.
-- source: pg_tablespace, pg_ls_tmpdir
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- preset: exhaustive
-- label spcname: Tablespace.
-- gauge files files: Temporary files, those shared by parallel workers not counted.
-- gauge size bytes: Space that they take.
-- gauge oldest_age seconds: Time since the one that was changed longest ago was changed, 0 when there is none.
SELECT
    t.spcname AS spcname,
    count(f.name) AS files,
    coalesce(sum(f.size), 0)::float8 AS size,
    coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(f.modification))), 0)::float8 AS oldest_age
FROM pg_tablespace AS t
LEFT JOIN pg_ls_tmpdir(t.oid) AS f ON true
-- It holds no temporary files, and asked for them it would show those of pg_default again.
WHERE t.spcname <> 'pg_global'
GROUP BY 1
