-- FULL: what was acknowledged outlasts a loss of power too, at the price of one fsync per batch.
PRAGMA busy_timeout = 5000;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 16777216;
