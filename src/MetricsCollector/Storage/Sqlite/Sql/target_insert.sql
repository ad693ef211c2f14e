INSERT INTO targets (name, labels) VALUES (@name, @labels) ON CONFLICT DO NOTHING
