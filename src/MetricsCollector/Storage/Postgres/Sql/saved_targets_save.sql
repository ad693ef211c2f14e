-- xmax is 0 in a row that was inserted and not updated.
INSERT INTO saved_targets (name, settings, secret, changed_at)
VALUES (@Name, @Settings::jsonb, @Secret, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, secret = excluded.secret, changed_at = excluded.changed_at
RETURNING xmax = 0
