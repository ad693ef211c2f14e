-- metric: multixacts
-- summary: Multixact ids and members in use; when the members outgrow their limits, vacuums are forced.
-- source: pg_get_multixact_stats
-- postgres: 19+
-- scope: instance
-- every: 5m
-- role: primary
-- privilege: pg_read_all_stats
-- gauge num_mxids multixacts: Multixact ids in use.
-- gauge num_members members: Members of these.
-- gauge members_size bytes: Disk space of the members.
-- gauge oldest_multixact_age multixacts: Age of the oldest multixact id.
SELECT
    num_mxids,
    num_members,
    members_size,
    mxid_age(oldest_multixact) AS oldest_multixact_age
FROM pg_get_multixact_stats()
