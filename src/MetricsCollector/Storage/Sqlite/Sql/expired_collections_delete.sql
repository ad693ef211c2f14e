DELETE FROM collections
WHERE collection_id IN (SELECT collection_id FROM collections WHERE started_at < @before ORDER BY started_at LIMIT @limit)
