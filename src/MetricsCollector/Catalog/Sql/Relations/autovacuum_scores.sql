-- metric: autovacuum_scores
-- summary: Tables that autovacuum will vacuum or analyze, or soon will, and why: those with a score of 0.8 or more, at most 100 per database.
-- source: pg_stat_autovacuum_scores
-- postgres: 19+
-- scope: database
-- every: 5m
-- role: primary
-- label schemaname: Schema.
-- label relname: Table, materialized view or TOAST table.
-- gauge score ratio: The greatest of the scores; from 1 on autovacuum works on the table.
-- gauge xid_score ratio: Age of its transaction ids as a share of the limit.
-- gauge mxid_score ratio: Age of its multixact ids as a share of the limit.
-- gauge vacuum_score ratio: Dead rows as a share of the number at which it is vacuumed.
-- gauge vacuum_insert_score ratio: Rows inserted as a share of the number at which it is vacuumed.
-- gauge analyze_score ratio: Rows changed as a share of the number at which it is analyzed.
-- gauge do_vacuum boolean: 1 when autovacuum would vacuum it now.
-- gauge do_analyze boolean: 1 when autovacuum would analyze it now.
-- gauge for_wraparound boolean: 1 when it has to be vacuumed to prevent wraparound.
SELECT
    -- Left out: relid, which names the table a second time.
    schemaname,
    relname,
    score,
    xid_score,
    mxid_score,
    vacuum_score,
    vacuum_insert_score,
    analyze_score,
    do_vacuum::int AS do_vacuum,
    do_analyze::int AS do_analyze,
    for_wraparound::int AS for_wraparound
FROM pg_stat_autovacuum_scores
-- Temporary tables come and go, and autovacuum never works on them.
WHERE (score >= 0.8 OR do_vacuum OR do_analyze) AND schemaname NOT LIKE 'pg\_temp\_%' AND schemaname NOT LIKE 'pg\_toast\_temp\_%'
ORDER BY score DESC
LIMIT 100
