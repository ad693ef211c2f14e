SELECT count(*) || ' ' || coalesce(max(changed_at), 0) FROM saved_targets
