-- Targets that were named over the API; the secret is the connection string, encrypted with the keys in Storage:KeyDirectory.

CREATE TABLE saved_targets (
  name       TEXT NOT NULL PRIMARY KEY,
  settings   TEXT NOT NULL, -- JSON object
  secret     TEXT NOT NULL,
  changed_at INTEGER NOT NULL
);
