-- metric: check_role
-- summary: What the role that the collector logs in as should not be or soon cannot do.
-- postgres: 14+
-- every: 1h
-- label role: The role.
-- gauge superuser boolean: 1 when it is a superuser.
-- gauge valid_for seconds: How long its password is valid; NULL for ever.
-- gauge md5 boolean: 1 when the server stores new passwords as MD5 hashes.
SELECT
    rolname AS role,
    rolsuper::pg_catalog.int4 AS superuser,
    CASE WHEN pg_catalog.isfinite(rolvaliduntil)
        THEN extract(epoch FROM rolvaliduntil OPERATOR(pg_catalog.-) pg_catalog.clock_timestamp())::pg_catalog.float8 END AS valid_for,
    (pg_catalog.current_setting('password_encryption') OPERATOR(pg_catalog.=) 'md5')::pg_catalog.int4 AS md5
FROM pg_catalog.pg_roles
WHERE rolname OPERATOR(pg_catalog.=) session_user
