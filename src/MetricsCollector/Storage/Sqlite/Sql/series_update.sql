UPDATE series
SET first_seen = min(first_seen, @first), last_seen = max(last_seen, @last), attributes = json_patch(attributes, @attributes)
WHERE series_id = @id
