-- metric: functions
-- summary: Calls of functions and the time they took; empty unless track_functions is on.
-- source: pg_stat_user_functions, pg_proc
-- postgres: 14+
-- scope: database
-- every: 1m
-- role: any
-- preset: exhaustive
-- top: calls, total_time
-- label schemaname: Schema.
-- label funcname: Function.
-- label arguments: Types of its arguments, which tell functions of one name apart.
-- counter calls calls: Calls.
-- counter total_time milliseconds: Time spent in the function and all it called.
-- counter self_time milliseconds: Time spent in the function itself.
SELECT
    -- Left out: funcid, which names the function a second time.
    f.schemaname,
    f.funcname,
    oidvectortypes(p.proargtypes) AS arguments,
    f.calls,
    f.total_time,
    f.self_time
FROM pg_stat_user_functions AS f
JOIN pg_proc AS p ON p.oid = f.funcid
-- Functions of the system have lower object ids: asking the index for the rest saves going through all of them.
WHERE f.funcid >= 16384
