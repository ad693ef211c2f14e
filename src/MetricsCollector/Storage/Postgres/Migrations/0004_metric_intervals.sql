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
