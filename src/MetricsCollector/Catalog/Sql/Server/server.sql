-- metric: server
-- summary: Who the server is, how long it has run, its clock, and how full its connection slots are.
-- source: pg_postmaster_start_time, pg_conf_load_time, pg_is_in_recovery, pg_control_system, pg_control_checkpoint, pg_current_snapshot, pg_stat_activity
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- preset: minimal
-- privilege connections: pg_read_all_stats
-- attribute version: Full version text of the server.
-- attribute short_version: Version as numbers, such as 17.5.0.
-- attribute system_identifier: Identifier of the cluster, shared by a primary and its physical standbys.
-- gauge cluster number: Low 52 bits of the system identifier, as a number: where it changed, another cluster answers.
-- gauge in_recovery boolean: 1 on a standby or during recovery, 0 on a primary.
-- gauge timeline timeline: Timeline that is being written, or on a standby that of the last restartpoint.
-- gauge start_time timestamp: When the server was started.
-- gauge uptime seconds: Time since the server was started.
-- gauge config_load_time timestamp: When the configuration files were last loaded.
-- gauge clock timestamp: The clock of the server while it answered.
-- gauge connections connections: Connection slots in use by clients, this one included.
-- gauge max_connections connections: Connection slots there are.
-- gauge superuser_reserved_connections connections: Slots that only superusers may take.
-- gauge reserved_connections connections: Slots kept for members of pg_use_reserved_connections.
-- gauge xid transactions: Next transaction id with its epoch, so that it never wraps.
-- gauge checkpoint_lsn bytes: Position in the write-ahead log of the last checkpoint record.
-- gauge redo_lsn bytes: Position in the write-ahead log where recovery would begin.
-- gauge checkpoint_time timestamp: When the last checkpoint was begun, or on a standby when the primary began the last one restarted from.
-- attribute effective_wal_level: The wal_level in force, which a logical slot raises to logical from 19 on.
SELECT
    version() AS version,
    current_setting('wal_level') AS effective_wal_level, -- 14-18
    current_setting('effective_wal_level') AS effective_wal_level, -- 19+
    format('%s.%s.0', current_setting('server_version_num')::int / 10000, current_setting('server_version_num')::int % 10000) AS short_version,
    s.system_identifier::text AS system_identifier,
    (s.system_identifier & 4503599627370495)::float8 AS cluster,
    pg_is_in_recovery()::int AS in_recovery,
    -- The control file learns of a promotion only at the next checkpoint, the name of the WAL file at once.
    CASE WHEN pg_is_in_recovery() THEN c.timeline_id
         ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline,
    extract(epoch FROM pg_postmaster_start_time())::float8 AS start_time,
    extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS uptime,
    extract(epoch FROM pg_conf_load_time())::float8 AS config_load_time,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
    current_setting('max_connections')::int AS max_connections,
    current_setting('superuser_reserved_connections')::int AS superuser_reserved_connections,
    current_setting('reserved_connections')::int AS reserved_connections, -- 16+
    -- The snapshot knows the next transaction id without taking one.
    pg_snapshot_xmax(pg_current_snapshot())::text::float8 AS xid,
    (c.checkpoint_lsn - '0/0')::float8 AS checkpoint_lsn,
    (c.redo_lsn - '0/0')::float8 AS redo_lsn,
    extract(epoch FROM c.checkpoint_time)::float8 AS checkpoint_time,
    extract(epoch FROM clock_timestamp())::float8 AS clock
FROM pg_control_system() AS s, pg_control_checkpoint() AS c
