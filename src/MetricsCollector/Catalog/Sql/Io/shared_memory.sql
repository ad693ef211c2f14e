-- metric: shared_memory
-- summary: Shared memory by what it was allocated for.
-- source: pg_shmem_allocations
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- preset: exhaustive
-- label name: What it was allocated for, <anonymous> for what has no name, empty for what is not used.
-- gauge size bytes: Memory asked for.
-- gauge allocated_size bytes: Memory taken, rounding included.
SELECT
    -- Left out: off, a place and no amount.
    coalesce(name, '') AS name,
    size,
    allocated_size
FROM pg_shmem_allocations
