SELECT pg_advisory_lock_shared(key) FROM unnest(@keys) AS key
