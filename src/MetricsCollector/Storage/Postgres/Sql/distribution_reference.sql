-- A copy on every node: rows find their names without a word over the network.
SELECT create_reference_table(@table::text::regclass)
