-- One collector packs at a time; released with the transaction, so that it works through PgBouncer too.
SELECT pg_try_advisory_xact_lock(@key)
