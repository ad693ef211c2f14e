COPY {table} (series_id, starts_at, ends_at, row_count, times_packing, packings, ends, counts, times, readings, firsts, lasts, minima, maxima, sums) FROM STDIN (FORMAT BINARY)
