UPDATE targets SET labels = @labels WHERE target_id = @id
