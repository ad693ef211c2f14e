INSERT INTO saved_targets (name, settings, secret, changed_at) VALUES (@Name, @Settings, @Secret, @ChangedAt)
