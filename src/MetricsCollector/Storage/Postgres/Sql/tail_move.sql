-- The new copies fill the room of removed rows in front; what is packed stays packed.
WITH moved AS (
  DELETE FROM {partition} WHERE series_id = ANY(@series) RETURNING *
)
INSERT INTO {partition} SELECT * FROM moved
