-- metric: settings
-- summary: Settings with a numeric or boolean value, in bytes and seconds, and changes that wait for a restart.
-- source: pg_settings
-- postgres: 14+
-- scope: instance
-- every: 10m
-- role: any
-- label name: Setting.
-- attribute unit: Unit of the value (bytes, seconds, boolean, or empty for a plain number).
-- gauge value value: Value in its unit, -1 where the setting uses it for off or automatic; null for a text that waits for a restart.
-- gauge pending_restart boolean: 1 when the setting was changed in the files but needs a restart.
SELECT
    s.name,
    CASE WHEN s.vartype = 'bool' THEN 'boolean'
         WHEN s.unit ~ 'B$' THEN 'bytes'
         WHEN s.unit IN ('us', 'ms', 's', 'min', 'h', 'd') THEN 'seconds'
         ELSE coalesce(s.unit, '') END AS unit,
    CASE
        WHEN s.vartype = 'bool' THEN (s.here = 'on')::int::float8
        WHEN s.vartype NOT IN ('integer', 'real') THEN NULL
        WHEN s.here = '-1' THEN -1
        -- Sizes in blocks are written as '8kB', so the number before the unit counts too.
        ELSE s.here::float8 * coalesce(substring(s.unit FROM '^[0-9]+')::float8, 1)
            * CASE substring(s.unit FROM '[A-Za-z]+$')
                WHEN 'kB' THEN 1024 WHEN 'MB' THEN 1048576
                WHEN 'us' THEN 0.000001 WHEN 'ms' THEN 0.001 WHEN 'min' THEN 60 WHEN 'h' THEN 3600 WHEN 'd' THEN 86400
                ELSE 1 END::float8
    END AS value,
    s.pending_restart::int AS pending_restart
FROM (
    -- Our own session sets timeouts for itself: what counts is what others get.
    SELECT name, unit, vartype, pending_restart, CASE WHEN source = 'session' THEN reset_val ELSE setting END AS here
    FROM pg_settings
    WHERE (vartype IN ('bool', 'integer', 'real') OR pending_restart)
      AND source <> 'client'
      AND name NOT IN ('transaction_read_only', 'transaction_deferrable', 'is_superuser', 'seed')
) AS s
