INSERT INTO targets (name, labels)
SELECT * FROM unnest(@names, @labels::jsonb[])
ON CONFLICT DO NOTHING
