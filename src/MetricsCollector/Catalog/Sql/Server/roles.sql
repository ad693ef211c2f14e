-- metric: roles
-- summary: How many connections each role may have, has now, and until when its password is good.
-- source: pg_roles, pg_stat_activity
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- privilege connections: pg_read_all_stats
-- label rolname: Role.
-- gauge rolconnlimit connections: Connections that the role may have, -1 for no limit of its own.
-- gauge connections connections: Connections that it has now, our own included.
-- gauge rolvaliduntil timestamp: When its password ends, null when it does not.
SELECT
    -- Left out: oid, which names the role a second time, and what it may do: rolsuper, rolinherit, rolcreaterole, rolcreatedb,
    -- rolcanlogin, rolreplication, rolbypassrls, rolconfig. Nobody is shown rolpassword.
    r.rolname,
    r.rolconnlimit,
    coalesce(a.connections, 0) AS connections,
    CASE WHEN isfinite(r.rolvaliduntil) THEN extract(epoch FROM r.rolvaliduntil)::float8 END AS rolvaliduntil
FROM pg_roles AS r
LEFT JOIN (SELECT usesysid, count(*) AS connections FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1) AS a ON a.usesysid = r.oid
-- A service with a role for every customer has thousands; those that are limited or connected come first.
ORDER BY r.rolconnlimit = -1, a.connections IS NULL, r.rolvaliduntil IS NULL, r.rolname
LIMIT 1000
