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
--   ALTER VIEW metrics OWNER TO metrics_collector;
--   ALTER VIEW metrics_latest OWNER TO metrics_collector;
--   GRANT SELECT ON schema_migrations TO metrics_collector;
--   GRANT SELECT, INSERT, UPDATE ON targets, metric_definitions, series TO metrics_collector;
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

COMMIT;
