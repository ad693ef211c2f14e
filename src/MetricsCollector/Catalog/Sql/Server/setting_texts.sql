-- metric: setting_texts
-- summary: Settings whose value is a text or one of several words, one row for each; secrets are replaced by *** on the server.
-- source: pg_settings
-- postgres: 14+
-- scope: instance
-- every: 10m
-- role: any
-- privilege *: pg_read_all_settings
-- label name: Setting.
-- label value: Its text, without secrets; of a long one the beginning and a hash.
-- gauge in_force boolean: Always 1: when a setting changes, one row ends and another begins.
WITH seen AS (
    SELECT name, vartype, setting
    FROM pg_settings
    -- What our own session has from its role, its database or itself is not the server's.
    WHERE vartype IN ('string', 'enum') AND context <> 'internal'
      AND source NOT IN ('client', 'session', 'user', 'database', 'database user')
      AND name <> 'transaction_isolation'
)
SELECT
    name,
    -- A value out of a list of words is no secret, as that of password_encryption.
    CASE WHEN vartype = 'enum' OR setting = '' THEN setting
         WHEN name ~* '(pass(word|phrase|wd)|secret|token|salt|credential|(access|private|api|encryption)_?key)' THEN '***'
         -- Programs take secrets in many ways: what may hold one is not shown at all.
         WHEN name ~* 'command' AND setting ~* '(pass|pwd|secret|token|credential|authorization|bearer|[?&]sig=|(access|account|private|api)[-_]?key|://[^/\s]*@)'
         THEN '***'
         -- As libpq reads them: name = value, where a quoted value may hold blanks and an unquoted one escaped blanks.
         ELSE regexp_replace(
             regexp_replace(
                 setting, '(\w*(?:pass|secret|scram|token)\w*\s*=\s*)(?:''(?:\\.|[^''\\])*(?:''|$)|(?:\\.|[^\s\\])*)', '\1***', 'gi'),
             '://\S*@', '://***@', 'g')
    END AS value,
    1 AS in_force
FROM seen
