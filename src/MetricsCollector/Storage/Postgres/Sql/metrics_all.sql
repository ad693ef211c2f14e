SELECT metric_id, name FROM metric_definitions
