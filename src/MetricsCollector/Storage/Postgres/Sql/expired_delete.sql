DELETE FROM {partition} WHERE series_id = ANY(@series)
