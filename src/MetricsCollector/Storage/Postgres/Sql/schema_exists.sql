-- Not to_regclass: a session that once looked in vain remembers so, even after it waited for the one that made the table.
SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'schema_migrations' AND pg_table_is_visible(oid))
