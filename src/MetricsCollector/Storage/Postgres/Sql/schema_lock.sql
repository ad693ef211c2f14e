-- Released with the transaction, so that it works through PgBouncer too.
SELECT pg_advisory_xact_lock(@key)
