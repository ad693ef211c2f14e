-- auto_vacuum only takes effect before the first table is made.
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
