-- What lay here before lies in the shards now.
SELECT truncate_local_data_after_distributing_table(@table::text::regclass)
