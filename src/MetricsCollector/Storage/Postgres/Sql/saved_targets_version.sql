SELECT format('%s %s', count(*), max(changed_at)) FROM saved_targets
