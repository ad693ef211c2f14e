-- metric: connections_security
-- summary: Client connections by how they are encrypted.
-- source: pg_stat_activity, pg_stat_ssl, pg_stat_gssapi
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- privilege: pg_read_all_stats
-- preset: exhaustive
-- label client: How the clients connected (tcp or socket).
-- label ssl: Whether TLS is in use (true or false).
-- label version: Version of TLS, empty without.
-- label cipher: Cipher of TLS, empty without.
-- label encrypted: Whether GSSAPI encryption is in use (true or false).
-- gauge sessions sessions: Connections of this kind now, walsenders included.
-- gauge bits bits: Fewest bits of an encryption key among them.
-- gauge gss_authenticated sessions: Those of them that were authenticated by GSSAPI.
-- gauge credentials_delegated sessions: Those of them that delegated GSSAPI credentials.
-- absent sessions: 0
-- absent gss_authenticated: 0
-- absent credentials_delegated: 0
SELECT
    -- Left out: pid and client_serial, which name a connection and a certificate.
    CASE WHEN a.client_addr IS NULL THEN 'socket' ELSE 'tcp' END AS client,
    s.ssl::text AS ssl,
    coalesce(s.version, '') AS version,
    coalesce(s.cipher, '') AS cipher,
    coalesce(g.encrypted, false)::text AS encrypted,
    count(*) AS sessions,
    min(s.bits) AS bits,
    count(*) FILTER (WHERE g.credentials_delegated) AS credentials_delegated, -- 16+
    count(*) FILTER (WHERE g.gss_authenticated) AS gss_authenticated
FROM pg_stat_ssl AS s
JOIN pg_stat_activity AS a ON a.pid = s.pid
LEFT JOIN pg_stat_gssapi AS g ON g.pid = s.pid
WHERE s.pid <> pg_backend_pid()
  AND a.application_name IS DISTINCT FROM 'metrics-collector'
GROUP BY 1, 2, 3, 4, 5
