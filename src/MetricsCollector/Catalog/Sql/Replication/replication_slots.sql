-- metric: replication_slots
-- summary: Write-ahead log and rows that each replication slot keeps from being removed.
-- source: pg_replication_slots, pg_current_wal_lsn, pg_last_wal_receive_lsn
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- preset: minimal
-- label slot_name: Replication slot; pg_repack_1, pg_repack_2 for those of runs of REPACK (CONCURRENTLY).
-- attribute slot_type: Kind of slot (physical or logical).
-- attribute plugin: Output plugin of a logical slot.
-- attribute datname: Database of a logical slot.
-- attribute slotsync_skip_reason: Why the slot was not synchronised from the primary, empty when it was, and before 19.
-- gauge active boolean: 1 while somebody receives from the slot.
-- gauge temporary boolean: 1 when the slot ends with the session that made it.
-- gauge xmin_age transactions: Age of the oldest transaction whose rows the slot keeps.
-- gauge catalog_xmin_age transactions: Age of the oldest transaction whose catalog rows the slot keeps.
-- gauge current_wal_lsn bytes: Position in the write-ahead log here: written so far on a primary, received so far on a standby.
-- gauge restart_lsn bytes: Oldest position in the write-ahead log that the slot still needs.
-- gauge confirmed_flush_lsn bytes: Position up to which the receiver of a logical slot has confirmed the data.
-- gauge retained_bytes bytes: Write-ahead log since restart_lsn, which the slot keeps from being removed.
-- gauge confirmed_flush_lag_bytes bytes: Write-ahead log that the receiver of a logical slot has not confirmed.
-- gauge wal_status status: What became of the log it needs: 0 reserved, 1 extended, 2 unreserved, 3 lost.
-- gauge safe_wal_size bytes: Write-ahead log that may still be written before the slot is in danger, null without max_slot_wal_keep_size.
-- gauge two_phase boolean: 1 when prepared transactions are decoded.
-- gauge two_phase_at bytes: Position from which prepared transactions are decoded.
-- gauge inactive_since timestamp: When the slot became inactive, null while it is active.
-- gauge inactive_age seconds: Time since the slot became inactive, null while it is active.
-- gauge conflicting boolean: 1 when a logical slot was invalidated by a conflict with recovery.
-- gauge invalidated boolean: 1 when the slot can no longer be used.
-- gauge failover boolean: 1 when the slot is synchronised to standbys.
-- gauge synced boolean: 1 when the slot is a standby's copy of a slot of its primary.
SELECT
    -- Left out: datoid and active_pid, which name the database and the process.
    -- REPACK (CONCURRENTLY) names a slot after its process: each run would be a series of its own.
    CASE WHEN s.plugin = 'pgrepack' AND s.temporary THEN 'pg_repack_' || row_number() OVER (PARTITION BY s.plugin, s.temporary ORDER BY s.slot_name)
         ELSE s.slot_name END AS slot_name,
    s.slot_type,
    coalesce(s.plugin, '') AS plugin,
    coalesce(s.database, '') AS datname,
    '' AS slotsync_skip_reason, -- 14-18
    coalesce(s.slotsync_skip_reason, '') AS slotsync_skip_reason, -- 19+
    s.active::int AS active,
    s.temporary::int AS temporary,
    age(s.xmin) AS xmin_age,
    age(s.catalog_xmin) AS catalog_xmin_age,
    (here.lsn - '0/0')::float8 AS current_wal_lsn,
    (s.restart_lsn - '0/0')::float8 AS restart_lsn,
    (s.confirmed_flush_lsn - '0/0')::float8 AS confirmed_flush_lsn,
    CASE WHEN here.lsn - s.restart_lsn IS NOT NULL THEN greatest(0, here.lsn - s.restart_lsn)::float8 END AS retained_bytes,
    CASE WHEN here.lsn - s.confirmed_flush_lsn IS NOT NULL THEN greatest(0, here.lsn - s.confirmed_flush_lsn)::float8 END AS confirmed_flush_lag_bytes,
    CASE s.wal_status WHEN 'reserved' THEN 0 WHEN 'extended' THEN 1 WHEN 'unreserved' THEN 2 WHEN 'lost' THEN 3 END AS wal_status,
    s.safe_wal_size AS safe_wal_size,
    (s.two_phase_at - '0/0')::float8 AS two_phase_at, -- 18+
    extract(epoch FROM s.inactive_since)::float8 AS inactive_since, -- 17+
    extract(epoch FROM clock_timestamp() - s.inactive_since)::float8 AS inactive_age, -- 17+
    s.conflicting::int AS conflicting, -- 16+
    (s.wal_status = 'lost')::int AS invalidated, -- 14-15
    (s.wal_status = 'lost' OR coalesce(s.conflicting, false))::int AS invalidated, -- 16
    (s.invalidation_reason IS NOT NULL)::int AS invalidated, -- 17+
    s.failover::int AS failover, -- 17+
    s.synced::int AS synced, -- 17+
    s.two_phase::int AS two_phase
FROM pg_replication_slots AS s
-- A standby has received what it has, and no position of its own.
CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                        ELSE pg_current_wal_lsn() END AS lsn) AS here
