INSERT INTO metric_intervals (metric_id, target_id, since, every) VALUES (@metric, @target, @since, @every) ON CONFLICT DO NOTHING
