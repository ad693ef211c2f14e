-- The store's first schema in one file. Instants are milliseconds since 1970 UTC.
-- AUTOINCREMENT, so that the number of a series that was removed never names another one.

CREATE TABLE targets (
  target_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,
  labels     TEXT NOT NULL DEFAULT '{}' -- JSON object
);

-- readings[i] is fields[i]; fields are only ever appended to, so that old rows keep their meaning.
CREATE TABLE metric_definitions (
  metric_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name      TEXT NOT NULL UNIQUE,
  fields    TEXT NOT NULL DEFAULT '[]' -- JSON array
);

-- The newest row of a series lies less than 10 minutes after last_seen, which is updated lazily.
CREATE TABLE series (
  series_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  target_id  INTEGER NOT NULL,
  metric_id  INTEGER NOT NULL,
  labels     TEXT NOT NULL, -- JSON object, ordered by name
  attributes TEXT NOT NULL DEFAULT '{}', -- JSON object
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  UNIQUE (target_id, metric_id, labels)
);

CREATE TABLE collections (
  collection_id BLOB NOT NULL PRIMARY KEY, -- UUID version 7, big-endian: ordered by time
  target_id     INTEGER NOT NULL,
  trigger       TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  duration_us   INTEGER NOT NULL, -- microseconds from the start to the end
  status        TEXT NOT NULL,
  unreachable   TEXT,
  round_trips   INTEGER NOT NULL,
  outcomes      TEXT NOT NULL -- JSON object by metric
);
CREATE INDEX collections_started ON collections (started_at);
CREATE INDEX collections_target_started ON collections (target_id, started_at);
CREATE INDEX collections_target_newest ON collections (target_id, collection_id);

-- Rows lie in the order of their key: the history of one series is read from neighbouring pages.
CREATE TABLE metrics_raw (
  series_id    INTEGER NOT NULL,
  collected_at INTEGER NOT NULL,
  readings     BLOB NOT NULL, -- packed by the program, exactly reversible
  PRIMARY KEY (series_id, collected_at)
) WITHOUT ROWID;

-- What plain SQL can tell: which series exist and what ran. Readings are packed, so their values come through the API.
CREATE VIEW series_seen AS
SELECT s.series_id, t.name AS target, m.name AS metric, s.labels, s.attributes,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.first_seen / 1000.0, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.last_seen / 1000.0, 'unixepoch') AS last_seen
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id;

CREATE VIEW outcomes AS
SELECT strftime('%Y-%m-%dT%H:%M:%fZ', c.started_at / 1000.0, 'unixepoch') AS collected_at, t.name AS target, o.key AS metric,
       coalesce(o.value ->> 'outcome', 'ok') AS outcome, coalesce(o.value ->> 'reason', c.unreachable) AS reason,
       o.value ->> 'rows' AS row_count, o.value ->> 'ms' AS milliseconds
FROM collections c
JOIN targets t ON t.target_id = c.target_id
JOIN json_each(c.outcomes) o;
