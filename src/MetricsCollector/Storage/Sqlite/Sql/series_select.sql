SELECT series_id, first_seen, last_seen, attributes FROM series WHERE target_id = @target AND metric_id = @metric AND labels = @labels
