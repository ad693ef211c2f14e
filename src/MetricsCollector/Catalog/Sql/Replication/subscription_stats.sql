-- metric: subscription_stats
-- summary: Errors and conflicts of each logical replication subscription.
-- source: pg_stat_subscription_stats
-- postgres: 15+
-- scope: instance
-- every: 1m
-- role: primary
-- label datname: Database of the subscription.
-- label subname: Subscription.
-- counter apply_error_count errors: Errors while changes were applied.
-- counter sync_error_count errors: Errors while tables were first copied; from 19 on also while sequences were synchronised.
-- counter sync_seq_error_count errors: Errors while sequences were synchronised.
-- counter sync_table_error_count errors: Errors while tables were first copied.
-- counter confl_insert_exists conflicts: Inserts of a row whose key was there already.
-- counter confl_update_origin_differs conflicts: Updates of a row that something else had changed before.
-- counter confl_update_exists conflicts: Updates to a key that was there already.
-- counter confl_update_deleted conflicts: Updates of a row that something else had deleted at that time.
-- counter confl_update_missing conflicts: Updates of a row that was not there.
-- counter confl_delete_origin_differs conflicts: Deletes of a row that something else had changed before.
-- counter confl_delete_missing conflicts: Deletes of a row that was not there.
-- counter confl_multiple_unique_conflicts conflicts: Rows that violated several unique constraints at once.
-- gauge stats_reset timestamp: When these counters were last reset.
SELECT
    -- Left out: subid, which names the subscription a second time.
    coalesce(d.datname, '') AS datname,
    st.subname AS subname,
    st.apply_error_count,
    st.sync_error_count, -- 15-18
    st.sync_seq_error_count + st.sync_table_error_count AS sync_error_count, -- 19+
    st.sync_seq_error_count, -- 19+
    st.sync_table_error_count, -- 19+
    st.confl_insert_exists, -- 18+
    st.confl_update_origin_differs, -- 18+
    st.confl_update_exists, -- 18+
    st.confl_update_deleted, -- 19+
    st.confl_update_missing, -- 18+
    st.confl_delete_origin_differs, -- 18+
    st.confl_delete_missing, -- 18+
    st.confl_multiple_unique_conflicts, -- 18+
    extract(epoch FROM st.stats_reset)::float8 AS stats_reset
FROM pg_stat_subscription_stats AS st
LEFT JOIN pg_subscription AS su ON su.oid = st.subid
LEFT JOIN pg_database AS d ON d.oid = su.subdbid
