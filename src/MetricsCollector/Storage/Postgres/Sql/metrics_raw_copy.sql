COPY metrics_raw (collected_at, series_id, readings) FROM STDIN (FORMAT BINARY)
