-- Takes out exactly the rows it returns: what is written meanwhile stays and is taken the next time.
DELETE FROM {partition}
WHERE series_id = ANY(@series)
RETURNING series_id, collected_at, readings
