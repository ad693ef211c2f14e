COPY {table} (series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, packings, ends, readings, summaries) FROM STDIN (FORMAT BINARY)
