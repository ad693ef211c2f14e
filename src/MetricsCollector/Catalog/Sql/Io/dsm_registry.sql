-- metric: dsm_registry
-- summary: Dynamic shared memory that extensions took under a name.
-- source: pg_dsm_registry_allocations
-- postgres: 19+
-- scope: instance
-- every: 5m
-- role: any
-- preset: exhaustive
-- privilege: pg_read_all_stats
-- label name: Name that the extension gave it.
-- attribute type: Kind of memory (segment, area, hash).
-- gauge size bytes: Memory taken, null where it is not attached.
SELECT
    name,
    type,
    size
FROM pg_dsm_registry_allocations
