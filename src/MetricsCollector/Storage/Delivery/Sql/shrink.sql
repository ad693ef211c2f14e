PRAGMA incremental_vacuum;
PRAGMA wal_checkpoint(TRUNCATE)
