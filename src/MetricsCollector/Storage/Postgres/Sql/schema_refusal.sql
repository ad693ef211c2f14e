-- Why the tables of the store cannot be made in this database; null when they can.
SELECT CASE
    WHEN pg_is_in_recovery() THEN 'the server is a standby'
    WHEN current_setting('transaction_read_only')::boolean THEN 'its transactions are read-only'
    WHEN current_schema() IS NULL THEN 'no schema of its search_path exists'
    WHEN NOT has_schema_privilege(current_schema(), 'CREATE') THEN format('permission denied for schema %s', current_schema())
END
