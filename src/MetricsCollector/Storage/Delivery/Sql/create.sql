-- One program at a time: two that replay one spool would each lose what the other took. Set before WAL, it needs no shared memory.
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
-- FULL: a collection in the spool counts as kept, which must outlast a loss of power; one fsync per second at most.
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 16777216;
CREATE TABLE IF NOT EXISTS spooled (
  place INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival
  weight INTEGER NOT NULL, -- rows of the collection and one more
  pass  BLOB NOT NULL
);
