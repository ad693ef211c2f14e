-- One statement over both, so that it sees every row before or after it is packed and never twice. Packed rows hold less than a day.
-- @since: from when on the last row before @from is wanted.
SELECT series_id, collected_at AS at, NULL::timestamptz, NULL::integer, NULL::integer, NULL::smallint, NULL::float8[], {raw}
FROM metrics_raw
WHERE series_id = ANY(@series) AND collected_at >= @since AND collected_at <= @to
UNION ALL
SELECT series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, {packed}
FROM metrics_packed
WHERE series_id = ANY(@series) AND starts_at > @dayBefore AND starts_at <= @to AND ends_at >= @since
ORDER BY series_id, at
