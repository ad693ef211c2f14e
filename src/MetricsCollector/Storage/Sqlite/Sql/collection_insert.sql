INSERT INTO collections (collection_id, target_id, trigger, started_at, duration_us, status, unreachable, round_trips, outcomes)
VALUES (@id, @target, @trigger, @started, @duration, @status, @unreachable, @roundTrips, @outcomes)
ON CONFLICT DO NOTHING
