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
SELECT
    datname,
    datid::text AS datid,
    confl_tablespace,
    confl_lock,
    confl_snapshot,
    confl_bufferpin,
    confl_active_logicalslot, -- 16+
    confl_deadlock
FROM pg_stat_database_conflicts
WHERE datname NOT IN
    ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
