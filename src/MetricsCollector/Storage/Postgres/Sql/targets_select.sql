SELECT target_id, name, labels::text FROM targets WHERE name = ANY(@names)
