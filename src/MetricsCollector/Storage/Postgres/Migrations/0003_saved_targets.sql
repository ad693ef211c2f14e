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
