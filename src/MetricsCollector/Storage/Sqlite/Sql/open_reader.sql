PRAGMA busy_timeout = 5000;
PRAGMA query_only = ON;
