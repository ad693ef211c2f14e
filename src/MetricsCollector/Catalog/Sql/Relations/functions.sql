-- metric: functions
-- summary: Calls of functions and the time they took; empty unless track_functions is on.
-- source: pg_stat_user_functions, pg_proc
-- postgres: 14+
-- scope: database
-- every: 1m
-- role: any
-- setting track_functions: pl, all
-- preset: exhaustive
-- top: calls, total_time
-- label schemaname: Schema.
-- label funcname: Function.
-- label arguments: Types of its arguments, which tell functions of one name apart; a list of more than 200 characters is cut and ends in its MD5 hash.
-- counter calls calls: Calls.
-- counter total_time milliseconds: Time spent in the function and all it called.
-- counter self_time milliseconds: Time spent in the function itself.
-- gauge stats_reset timestamp: When the statistics of the function were last reset; from 19 on.
SELECT
    -- Left out: funcid, which names the function a second time.
    f.schemaname,
    f.funcname,
    -- Sixteen arguments of the longest type names would not fit into a label, and two overloads may begin alike.
    CASE WHEN length(a.types) <= 200 THEN a.types ELSE left(a.types, 200) || '... ' || md5(a.types) END AS arguments,
    f.calls,
    f.total_time,
    extract(epoch FROM f.stats_reset)::float8 AS stats_reset, -- 19+
    f.self_time
FROM pg_stat_user_functions AS f
JOIN pg_proc AS p ON p.oid = f.funcid
CROSS JOIN LATERAL (SELECT oidvectortypes(p.proargtypes) AS types) AS a
-- Functions of the system have lower object ids: asking the index for the rest saves going through all of them.
WHERE f.funcid >= 16384
