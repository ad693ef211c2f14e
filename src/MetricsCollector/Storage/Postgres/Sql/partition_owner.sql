-- The owner of a table, unless it is who asks, or could not make partitions itself.
SELECT quote_ident(r.rolname)
FROM pg_class c
JOIN pg_roles r ON r.oid = c.relowner
WHERE c.oid = to_regclass(@table) AND r.rolname <> current_user AND has_schema_privilege(r.oid, c.relnamespace, 'CREATE')
