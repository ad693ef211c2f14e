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
