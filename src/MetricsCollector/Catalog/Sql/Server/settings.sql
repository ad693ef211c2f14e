-- metric: settings
-- summary: Settings with a numeric or boolean value, in bytes and seconds, and changes that wait for a restart.
-- source: pg_settings
-- postgres: 14+
-- scope: instance
-- every: 10m
-- role: any
-- privilege *: pg_read_all_settings
-- label name: Setting.
-- attribute unit: Unit of the value: bytes, seconds, boolean, octal (file modes: 777 stands for 0777), or empty for a plain number.
-- attribute overridden_by: What gives our own session another value than the server's, which is not shown then: role, database, role in database or connection.
-- gauge value value: Value in its unit, -1 where the setting uses it for off or automatic; null for a text, for a number shown as a text, and where our session has another one.
-- gauge pending_restart boolean: 1 when the setting was changed in the files but needs a restart.
WITH ours AS MATERIALIZED (
    -- Our transaction sets timeouts for itself: taken back for a moment, pg_settings tells what was there before, and where from.
    SELECT name, current_setting(name) AS value
    FROM pg_settings
    WHERE source = 'session' AND name NOT IN ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
), taken_back AS MATERIALIZED (
    SELECT set_config(name, NULL, true) FROM ours
), seen AS MATERIALIZED (
    SELECT name, unit, vartype, setting, pending_restart,
        CASE source
            WHEN 'user' THEN 'role'
            WHEN 'database' THEN 'database'
            WHEN 'database user' THEN 'role in database'
            WHEN 'client' THEN 'connection'
            WHEN 'session' THEN 'connection'
        END AS overridden_by
    FROM pg_settings
    -- Each of these counts has its steps done in this order.
    WHERE (SELECT count(*) FROM taken_back) >= 0
), set_again AS MATERIALIZED (
    SELECT set_config(name, value, true) FROM ours WHERE (SELECT count(*) FROM seen) >= 0
)
SELECT
    s.name,
    CASE WHEN s.vartype = 'bool' THEN 'boolean'
         WHEN s.vartype = 'integer' AND s.setting ~ '^0[0-7]+$' THEN 'octal'
         WHEN s.unit ~ 'B$' THEN 'bytes'
         WHEN s.unit IN ('us', 'ms', 's', 'min', 'h', 'd') THEN 'seconds'
         ELSE coalesce(s.unit, '') END AS unit,
    s.overridden_by AS overridden_by,
    CASE
        WHEN s.overridden_by IS NOT NULL THEN NULL
        WHEN s.vartype = 'bool' THEN CASE s.setting WHEN 'on' THEN 1 WHEN 'off' THEN 0 END::float8
        WHEN s.vartype NOT IN ('integer', 'real') THEN NULL
        -- Modules show what they like, also for a number.
        WHEN s.setting !~ '^[-+]?[0-9]{1,20}([.][0-9]{0,20})?([eE][-+]?[0-9]{1,2})?$' THEN NULL
        WHEN s.setting = '-1' THEN -1
        -- Sizes in blocks are written as '8kB', so the number before the unit counts too.
        ELSE s.setting::float8 * coalesce(substring(s.unit FROM '^[0-9]+')::float8, 1)
            * CASE substring(s.unit FROM '[A-Za-z]+$')
                WHEN 'kB' THEN 1024 WHEN 'MB' THEN 1048576
                WHEN 'us' THEN 0.000001 WHEN 'ms' THEN 0.001 WHEN 'min' THEN 60 WHEN 'h' THEN 3600 WHEN 'd' THEN 86400
                ELSE 1 END::float8
    END AS value,
    s.pending_restart::int AS pending_restart
FROM seen AS s
WHERE (SELECT count(*) FROM set_again) >= 0
  AND (s.vartype IN ('bool', 'integer', 'real') OR s.pending_restart)
  AND s.name NOT IN ('transaction_read_only', 'transaction_deferrable', 'is_superuser', 'seed')
