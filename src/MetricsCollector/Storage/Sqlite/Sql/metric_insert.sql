INSERT INTO metric_definitions (name) VALUES (@name) ON CONFLICT DO NOTHING
