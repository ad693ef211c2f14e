UPDATE targets SET labels = @labels::jsonb WHERE target_id = @id
