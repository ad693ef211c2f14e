SELECT target_id, labels FROM targets WHERE name = @name
