SELECT since, every FROM metric_intervals WHERE metric_id = @metric AND target_id = @target ORDER BY since DESC LIMIT 1
