SELECT pg_advisory_unlock(key) FROM unnest(@keys) AS key
