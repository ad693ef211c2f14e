SELECT key, pg_try_advisory_lock(key) FROM unnest(@keys) AS key
