-- metric: database_conflicts
-- summary: Queries that a standby cancelled because they stood in the way of replay, by cause.
-- source: pg_stat_database_conflicts
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: standby
-- label datname: Database.
-- attribute datid: Object id of the database.
-- counter confl_tablespace queries: Cancelled because a tablespace was dropped.
-- counter confl_lock queries: Cancelled because they held a lock that replay needed.
-- counter confl_snapshot queries: Cancelled because their snapshot needed rows that were removed.
-- counter confl_bufferpin queries: Cancelled because they held a buffer that replay needed.
-- counter confl_deadlock queries: Cancelled because of a deadlock with replay.
-- counter confl_active_logicalslot slots: Uses of logical slots ended because the slot was invalidated.
-- gauge stats_reset timestamp: When the statistics of the database were last reset; from 19 on.
SELECT
    datname,
    datid::text AS datid,
    confl_tablespace,
    confl_lock,
    confl_snapshot,
    confl_bufferpin,
    confl_active_logicalslot, -- 16+
    extract(epoch FROM stats_reset)::float8 AS stats_reset, -- 19+
    confl_deadlock
FROM pg_stat_database_conflicts
WHERE datname NOT IN
    ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
