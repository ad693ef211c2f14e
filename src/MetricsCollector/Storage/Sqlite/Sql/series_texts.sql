SELECT labels, attributes FROM series WHERE series_id = @id
