-- metric: up
-- summary: Whether the server answers.
-- postgres: 14+
-- scope: instance
-- every: 15s
-- role: any
-- preset: minimal
-- unreachable: 0
-- gauge up boolean: 1 when the server answered, 0 when it could not be reached.
SELECT 1 AS up
