SELECT create_distributed_table(@table::text::regclass, 'series_id', colocate_with => 'metrics_raw')
