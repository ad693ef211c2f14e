-- metric: statement_texts
-- summary: Texts of the statements that took the most time in all.
-- source: pg_stat_statements
-- postgres: 14+
-- scope: instance
-- every: 1h
-- role: any
-- requires: pg_stat_statements 1.9 preloaded
-- setting compute_query_id: auto, on, regress
-- setting pg_stat_statements.track: top, all
-- privilege: pg_read_all_stats
-- describes: statements
-- label queryid: Identifier of the normalised statement; it may stand for tables of the same name in several schemas.
-- label datname: Database, or its object id when it was dropped.
-- label usename: Role that ran it, or unknown with its object id when it was dropped.
-- label toplevel: Whether a client sent it (true) or a function ran it (false).
-- attribute query: Text of the normalised statement, its first 2000 characters.
SELECT
    s.queryid::text AS queryid,
    coalesce(d.datname::text, s.dbid::text) AS datname,
    pg_get_userbyid(s.userid)::text AS usename,
    s.toplevel::text AS toplevel,
    -- Commands such as CREATE ROLE are kept with their constants, passwords too.
    CASE WHEN s.query ~* '(password|passwd|secret)'
              AND s.query !~* '^[[:space:]]*(select|insert|update|delete|merge|with|values)\M'
         THEN '(not shown: a command that names a password)'
         ELSE left(s.query, 2000) END AS query
FROM (SELECT queryid, dbid, userid, toplevel, query
      FROM pg_stat_statements(true)
      WHERE queryid IS NOT NULL
      ORDER BY total_exec_time DESC
      LIMIT 500) AS s
LEFT JOIN pg_database AS d ON d.oid = s.dbid
