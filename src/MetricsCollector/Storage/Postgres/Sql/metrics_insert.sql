INSERT INTO metric_definitions (name)
SELECT * FROM unnest(@names)
ON CONFLICT DO NOTHING
