SELECT metric_id, name, fields FROM metric_definitions WHERE name = ANY(@names)
