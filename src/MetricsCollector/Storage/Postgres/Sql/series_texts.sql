SELECT series_id, labels::text, attributes::text FROM series WHERE series_id = ANY(@ids)
