SELECT metric_id, fields FROM metric_definitions WHERE name = @name
