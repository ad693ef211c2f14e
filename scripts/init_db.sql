-- Creates the schema of the store: PostgreSQL 14 or later, an empty database (or schema) in UTF8.
--
-- Nobody needs this script where the service may create its own tables, as in a database that its role owns:
--
--   CREATE ROLE metrics_collector LOGIN PASSWORD '...';
--   CREATE DATABASE metrics OWNER metrics_collector ENCODING 'UTF8' TEMPLATE template0;
--
-- Where an administrator creates them, run it in the store's database, by psql or by any tool that runs SQL:
--
--   psql -d metrics -v ON_ERROR_STOP=1 -f scripts/init_db.sql
--
-- and then let the role of the service work in it. It makes and drops partitions, so it owns their parents:
--
--   GRANT USAGE, CREATE ON SCHEMA public TO metrics_collector;
--   ALTER TABLE metrics_raw OWNER TO metrics_collector;
--   ALTER TABLE collections OWNER TO metrics_collector;
--   ALTER TABLE metrics_packed_hours OWNER TO metrics_collector;
--   ALTER TABLE metrics_packed_days OWNER TO metrics_collector;
--   ALTER VIEW metrics_packed OWNER TO metrics_collector;
--   ALTER VIEW metrics OWNER TO metrics_collector;
--   ALTER VIEW metrics_latest OWNER TO metrics_collector;
--   GRANT SELECT ON schema_migrations TO metrics_collector;
--   GRANT SELECT, INSERT, UPDATE ON targets, metric_definitions TO metrics_collector;
--   GRANT SELECT, INSERT ON metric_intervals TO metrics_collector;
--   GRANT SELECT, INSERT, UPDATE, DELETE ON series, saved_targets TO metrics_collector;
--   GRANT USAGE ON SEQUENCE targets_target_id_seq, metric_definitions_metric_id_seq, series_series_id_seq TO metrics_collector;
--
-- People and dashboards that read need only: GRANT SELECT ON metrics, metrics_latest TO ...;
-- Just-in-time compilation costs questions over many partitions more than it gives: ALTER DATABASE metrics SET jit = off;
--
-- The text between BEGIN and COMMIT is that of the program's own steps (src/MetricsCollector/Storage/Postgres/Migrations); the
-- tests compare the two. Running it a second time ends with "already exists" and changes nothing.

BEGIN;

-- The store's first schema. Names are unqualified: search_path decides where it lives.
-- No foreign keys, triggers or extensions, and int sequences rather than identity columns: the same text runs on plain
-- PostgreSQL 14 and later and on Citus, where metrics_raw is distributed by series_id and the small tables are reference tables.

CREATE TABLE schema_migrations (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_migrations IS 'Steps of this schema that were applied; a program that knows fewer of them refuses to start.';

CREATE TABLE targets (
  target_id  serial PRIMARY KEY,
  name       text COLLATE "C" NOT NULL UNIQUE,
  labels     jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE targets IS 'PostgreSQL servers that are, or were, watched.';
COMMENT ON COLUMN targets.name IS 'Name given by the settings; what every question about a target uses.';
COMMENT ON COLUMN targets.labels IS 'Labels given by the settings, such as {"env": "prod"}.';

CREATE TABLE metric_definitions (
  metric_id serial PRIMARY KEY,
  name      text COLLATE "C" NOT NULL UNIQUE,
  fields    text[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE metric_definitions IS 'What readings mean: one row per metric that was ever collected.';
COMMENT ON COLUMN metric_definitions.fields IS 'Names of the numbers: readings[i] is fields[i]. Only ever appended to, so that old rows keep their meaning.';

CREATE TABLE series (
  series_id  serial PRIMARY KEY,
  target_id  integer NOT NULL,
  metric_id  integer NOT NULL,
  labels     jsonb NOT NULL,
  attributes jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz NOT NULL,
  last_seen  timestamptz NOT NULL,
  UNIQUE (target_id, metric_id, labels)
) WITH (fillfactor = 80); -- room for last_seen to be updated in place
CREATE INDEX series_metric ON series (metric_id);
COMMENT ON TABLE series IS 'Target, metric and label values: the identity of one row over time.';
COMMENT ON COLUMN series.labels IS 'What a row is about, such as {"datname": "app"}.';
COMMENT ON COLUMN series.attributes IS 'Texts that describe the series without identifying it, such as the text of a statement.';
COMMENT ON COLUMN series.first_seen IS 'Time of the oldest row that was stored.';
COMMENT ON COLUMN series.last_seen IS 'Time of a stored row that is less than 10 minutes older than the newest one: updated lazily, never ahead of what is stored.';

CREATE TABLE collections (
  collection_id uuid NOT NULL,
  target_id     integer NOT NULL,
  trigger       text NOT NULL CHECK (trigger IN ('schedule', 'manual')),
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL,
  status        text NOT NULL CHECK (status IN ('ok', 'partial', 'skipped', 'failed')),
  unreachable   text,
  round_trips   integer NOT NULL,
  outcomes      jsonb NOT NULL,
  PRIMARY KEY (collection_id, started_at)
) PARTITION BY RANGE (started_at);
CREATE INDEX collections_target_started ON collections (target_id, started_at);
CREATE INDEX collections_target_newest ON collections (target_id, collection_id);
COMMENT ON TABLE collections IS 'One row per pass over the due metrics of one target, in partitions of one UTC day.';
COMMENT ON COLUMN collections.collection_id IS 'UUID version 7: ordered by time; writing the same pass again changes nothing.';
COMMENT ON COLUMN collections.started_at IS 'The instant that every row of the pass carries as collected_at.';
COMMENT ON COLUMN collections.unreachable IS 'Why the target could not be reached at all; NULL when it was.';
COMMENT ON COLUMN collections.round_trips IS 'How often the collector waited for the watched server.';
COMMENT ON COLUMN collections.outcomes IS 'By metric: {"ms": time the server took, "rows": count}, and unless all went well "outcome" (partial, skipped, failed), "reason", "sqlState", "leftOut". A reason equal to unreachable is left out.';

CREATE TABLE metrics_raw (
  collected_at timestamptz NOT NULL,
  series_id    integer NOT NULL,
  readings     float8[] NOT NULL,
  PRIMARY KEY (series_id, collected_at)
) PARTITION BY RANGE (collected_at);
COMMENT ON TABLE metrics_raw IS 'Every snapshot row, in partitions of one UTC hour. Read it through the views metrics and metrics_latest.';
COMMENT ON COLUMN metrics_raw.collected_at IS 'When the pass asked, by the collector''s clock, in whole milliseconds.';
COMMENT ON COLUMN metrics_raw.readings IS 'readings[i] is metric_definitions.fields[i] of the series'' metric; NULL or beyond the end where nothing was read.';

CREATE VIEW metrics AS
SELECT r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
FROM metrics_raw r
JOIN series s ON s.series_id = r.series_id
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position);
COMMENT ON VIEW metrics IS 'Every value with its names, for psql and SQL dashboards: filter by collected_at and metric.';

-- The newest row of a series lies within 10 minutes after last_seen; both bounds let all but two partitions be skipped.
CREATE VIEW metrics_latest AS
SELECT r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL (
  SELECT n.collected_at, n.readings
  FROM metrics_raw n
  WHERE n.series_id = s.series_id AND n.collected_at >= s.last_seen AND n.collected_at < s.last_seen + interval '10 minutes'
  ORDER BY n.collected_at DESC
  LIMIT 1) r
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position);
COMMENT ON VIEW metrics_latest IS 'The newest values of each series, with the same columns as metrics.';

INSERT INTO schema_migrations (version, name) VALUES (1, 'initial');

-- History, packed: one row per series and UTC hour, later one per series and UTC day. An hour and a day are tables of their own, so
-- that what was merged leaves nothing behind once its hours are dropped; the view metrics_packed shows both.

CREATE TABLE metrics_packed_hours (
  series_id     integer NOT NULL,
  row_count     integer NOT NULL,
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  longest_gap   integer NOT NULL,
  times_packing smallint NOT NULL,
  packings      smallint[] NOT NULL,
  ends          integer[] NOT NULL,
  times         float8[] NOT NULL,
  summaries     float8[] NOT NULL,
  readings      float8[] NOT NULL,
  PRIMARY KEY (series_id, starts_at)
) PARTITION BY RANGE (starts_at);
COMMENT ON TABLE metrics_packed_hours IS 'Rows of metrics_raw that were packed: one row per series and UTC hour, in partitions of one UTC day. Read it through the view metrics.';
COMMENT ON COLUMN metrics_packed_hours.row_count IS 'How many rows are packed.';
COMMENT ON COLUMN metrics_packed_hours.starts_at IS 'collected_at of the first row.';
COMMENT ON COLUMN metrics_packed_hours.ends_at IS 'collected_at of the last row.';
COMMENT ON COLUMN metrics_packed_hours.longest_gap IS 'The longest time between two neighbouring rows, in milliseconds, rounded up.';
COMMENT ON COLUMN metrics_packed_hours.times_packing IS 'How times are written, as in packings.';
COMMENT ON COLUMN metrics_packed_hours.packings IS 'How each field is written. 0: every reading equals the first. Else packing % 100: 98, as they were; otherwise differences of integers, so many of which share one number (99: all are equal). packing / 100 % 100 is the power of ten that made integers of the readings. 10000 more says that some are NULL, 20000 more that some reading is less than the one before it. metrics_unpack reads them.';
COMMENT ON COLUMN metrics_packed_hours.ends IS 'Field f is readings[ends[f - 1] + 1 : ends[f]].';
COMMENT ON COLUMN metrics_packed_hours.times IS 'Milliseconds since starts_at, packed like a field whose first reading is 0.';
COMMENT ON COLUMN metrics_packed_hours.summaries IS 'Of field f, from [7 * f - 6] on: first reading, last reading, least and greatest finite reading (NULL: the first, the last), sum of the finite ones and what its rounding lost (NULL: nothing), how many they are (NULL: row_count). Only the first where all are the same.';
COMMENT ON COLUMN metrics_packed_hours.readings IS 'Field after field, packed.';

CREATE TABLE metrics_packed_days (LIKE metrics_packed_hours INCLUDING COMMENTS, PRIMARY KEY (series_id, starts_at)) PARTITION BY RANGE (starts_at);
COMMENT ON TABLE metrics_packed_days IS 'The hours of a closed UTC day, merged: one row per series, in partitions of one UTC day.';

CREATE VIEW metrics_packed AS SELECT * FROM metrics_packed_hours UNION ALL SELECT * FROM metrics_packed_days;
COMMENT ON VIEW metrics_packed IS 'All packed rows. A row holds less than a day: whoever looks for an instant asks for starts_at from a day before it.';

-- The setting keeps PostgreSQL from writing the body into the question, where it would cut the numbers out of the row again for every reading.
CREATE FUNCTION metrics_unpack(packing smallint, first float8, numbers float8[], row_count integer)
RETURNS TABLE (place integer, value float8)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  WITH shape AS (
    SELECT together, masks, scale, base_at, 53 / together AS width,
           base_at + CASE WHEN together = 99 THEN 0 ELSE (row_count - 2 + together) / together END AS ends_at
    FROM (
      SELECT nullif(packing % 100, 0) AS together, masks, -- never 0 here, but PostgreSQL 18 computes with constants before it looks at WHERE
             CASE WHEN masks > 0 THEN masks + 2 ELSE 1 END AS base_at,
             (ARRAY[1, 10, 100, 1000, 10000, 100000, 1000000]::float8[])[packing / 100 % 100 + 1] AS scale
      FROM (SELECT CASE WHEN packing / 10000 & 1 = 1 THEN (row_count + 49) / 50 ELSE 0 END AS masks) m
      WHERE packing > 0) s
  ), integers AS (
    SELECT i, s.scale, s.masks, s.together,
           (sum(CASE
             WHEN s.together = 98 THEN 0
             WHEN i > 1 THEN numbers[s.base_at]::bigint + coalesce(e.more, 0)
               + CASE WHEN s.together = 99 THEN 0
                 ELSE (numbers[s.base_at + 1 + (i - 2) / s.together]::bigint >> s.width * ((i - 2) % s.together)) & ((1::bigint << s.width) - 1) END
             WHEN s.masks > 0 THEN numbers[s.base_at - 1]::bigint
             ELSE round(first * s.scale)::bigint
           END) OVER (ORDER BY i))::bigint AS value
    FROM shape s
    CROSS JOIN generate_series(1, row_count) AS i
    LEFT JOIN (
      SELECT numbers[k]::integer AS i, numbers[k + 1]::bigint AS more
      FROM shape s, generate_series(s.ends_at + 1, cardinality(numbers), 2) AS k
      WHERE s.together <> 98) e USING (i)
  )
  SELECT i, CASE
      WHEN masks > 0 AND (numbers[(i - 1) / 50 + 1]::bigint >> (i - 1) % 50) & 1 = 1 THEN NULL
      WHEN together = 98 THEN numbers[masks + i]
      ELSE value / scale END
  FROM integers
  UNION ALL
  SELECT i, CASE packing WHEN 0 THEN first END
  FROM generate_series(1, row_count) AS i
  WHERE packing IS NULL OR packing = 0
$$;
COMMENT ON FUNCTION metrics_unpack IS 'The readings of one packed field, from place 1 on.';

CREATE OR REPLACE VIEW metrics AS
SELECT r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
FROM metrics_raw r
JOIN series s ON s.series_id = r.series_id
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
UNION ALL
SELECT p.starts_at + at.value * interval '1 millisecond', t.name, m.name, s.labels, f.name, v.value
FROM metrics_packed p
JOIN series s ON s.series_id = p.series_id
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
CROSS JOIN LATERAL metrics_unpack(p.times_packing, 0, p.times, p.row_count) AS at
JOIN LATERAL metrics_unpack(
  p.packings[f.position::integer], p.summaries[7 * f.position::integer - 6],
  p.readings[coalesce(p.ends[f.position::integer - 1], 0) + 1 : p.ends[f.position::integer]], p.row_count) AS v ON v.place = at.place;
COMMENT ON VIEW metrics IS 'Every value with its names, for psql and SQL dashboards: filter by collected_at and metric. For a short range of a long history use metrics_between.';

-- A view cannot tell PostgreSQL that collected_at bounds starts_at; this can.
CREATE FUNCTION metrics_between(since timestamptz, until timestamptz)
RETURNS TABLE (collected_at timestamptz, target text, metric text, labels jsonb, field text, value float8)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.collected_at, t.name, m.name, s.labels, f.name, r.readings[f.position::integer]
  FROM metrics_raw r
  JOIN series s ON s.series_id = r.series_id
  JOIN targets t ON t.target_id = s.target_id
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
  WHERE r.collected_at >= since AND r.collected_at <= until
  UNION ALL
  SELECT p.starts_at + at.value * interval '1 millisecond', t.name, m.name, s.labels, f.name, v.value
  FROM metrics_packed p
  JOIN series s ON s.series_id = p.series_id
  JOIN targets t ON t.target_id = s.target_id
  JOIN metric_definitions m ON m.metric_id = s.metric_id
  CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position)
  CROSS JOIN LATERAL metrics_unpack(p.times_packing, 0, p.times, p.row_count) AS at
  JOIN LATERAL metrics_unpack(
    p.packings[f.position::integer], p.summaries[7 * f.position::integer - 6],
    p.readings[coalesce(p.ends[f.position::integer - 1], 0) + 1 : p.ends[f.position::integer]], p.row_count) AS v ON v.place = at.place
  WHERE p.starts_at > since - interval '1 day' AND p.starts_at <= until AND p.ends_at >= since
    AND p.starts_at + at.value * interval '1 millisecond' BETWEEN since AND until
$$;
COMMENT ON FUNCTION metrics_between IS 'The rows of the view metrics from one instant to another, both included, without reading the rest of history.';

-- The newest row of a series lies within 10 minutes after last_seen; the bounds let all but a few partitions be skipped.
CREATE OR REPLACE VIEW metrics_latest AS
SELECT r.collected_at, t.name AS target, m.name AS metric, s.labels, f.name AS field, r.readings[f.position::integer] AS value
FROM series s
JOIN targets t ON t.target_id = s.target_id
JOIN metric_definitions m ON m.metric_id = s.metric_id
CROSS JOIN LATERAL (
  SELECT n.collected_at, n.readings
  FROM metrics_raw n
  WHERE n.series_id = s.series_id AND n.collected_at >= s.last_seen AND n.collected_at < s.last_seen + interval '10 minutes'
  UNION ALL
  SELECT p.ends_at, (
    SELECT array_agg(p.summaries[7 * n - CASE WHEN p.packings[n] = 0 THEN 6 ELSE 5 END] ORDER BY n)
    FROM generate_series(1, cardinality(p.packings)) AS n)
  FROM metrics_packed p
  WHERE p.series_id = s.series_id AND p.ends_at >= s.last_seen
    AND p.starts_at > s.last_seen - interval '1 day' AND p.starts_at < s.last_seen + interval '10 minutes'
  ORDER BY 1 DESC
  LIMIT 1) r
CROSS JOIN LATERAL unnest(m.fields) WITH ORDINALITY AS f(name, position);

INSERT INTO schema_migrations (version, name) VALUES (2, 'packing');

-- Targets that were named over the API, for every collector of this store.

CREATE TABLE saved_targets (
  name       text COLLATE "C" PRIMARY KEY,
  settings   jsonb NOT NULL,
  secret     text NOT NULL,
  changed_at timestamptz NOT NULL
);
COMMENT ON TABLE saved_targets IS 'Targets named over the API; those of the settings are not here.';
COMMENT ON COLUMN saved_targets.settings IS 'Labels, preset, metrics, databases and intervals, as the API takes them.';
COMMENT ON COLUMN saved_targets.secret IS 'The connection string, encrypted with the keys in Storage:KeyDirectory.';

INSERT INTO schema_migrations (version, name) VALUES (3, 'saved_targets');

-- How often a target was asked for a metric: history is judged by the interval in force when it was read.

CREATE TABLE metric_intervals (
  target_id      integer NOT NULL,
  metric_id      integer NOT NULL,
  since          timestamptz NOT NULL,
  every          interval NOT NULL,
  PRIMARY KEY (metric_id, target_id, since)
);
COMMENT ON TABLE metric_intervals IS 'Intervals of collection, a row for each change.';
COMMENT ON COLUMN metric_intervals.since IS 'Start of the first collection with this interval.';

INSERT INTO schema_migrations (version, name) VALUES (4, 'metric_intervals');

COMMIT;
