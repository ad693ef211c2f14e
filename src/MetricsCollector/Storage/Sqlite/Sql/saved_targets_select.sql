SELECT name AS Name, settings AS Settings, secret AS Secret FROM saved_targets ORDER BY name
