DELETE FROM saved_targets WHERE name = @Name
