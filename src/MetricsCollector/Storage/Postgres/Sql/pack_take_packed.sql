DELETE FROM {table}
WHERE series_id = ANY(@series) AND starts_at >= @from AND starts_at < @to
RETURNING series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, packings, ends, readings, summaries
