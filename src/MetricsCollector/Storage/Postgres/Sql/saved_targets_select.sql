SELECT name AS "Name", settings::text AS "Settings", secret AS "Secret" FROM saved_targets ORDER BY name
