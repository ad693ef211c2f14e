INSERT INTO collections (collection_id, target_id, trigger, started_at, finished_at, status, unreachable, round_trips, outcomes)
SELECT * FROM unnest(@ids, @targets, @triggers, @started, @finished, @statuses, @unreachable, @round_trips, @outcomes)
ON CONFLICT DO NOTHING
RETURNING collection_id
