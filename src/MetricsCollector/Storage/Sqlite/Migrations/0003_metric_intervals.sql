-- How often a target was asked for a metric, a row for each change: history is judged by the interval in force when it was read.

CREATE TABLE metric_intervals (
  metric_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  since     INTEGER NOT NULL, -- start of the first collection with this interval
  every     INTEGER NOT NULL, -- milliseconds
  PRIMARY KEY (metric_id, target_id, since)
) WITHOUT ROWID;
