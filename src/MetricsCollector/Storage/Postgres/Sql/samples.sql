-- One statement over both, so that it sees every row before or after it is packed and never twice. Packed rows hold less than a day.
SELECT series_id, collected_at AS at, NULL::integer, NULL::smallint, NULL::float8[], {raw}
FROM metrics_raw
WHERE series_id = ANY(@series) AND collected_at >= @from AND collected_at <= @to
UNION ALL
SELECT series_id, starts_at, row_count, times_packing, times, {packed}
FROM metrics_packed
WHERE series_id = ANY(@series) AND starts_at > @dayBefore AND starts_at <= @to AND ends_at >= @from
ORDER BY series_id, at
