SELECT {sizeOf}('{partition}'::regclass),
       sum(row_count::bigint * cardinality(packings))::bigint,
       (count(DISTINCT date_trunc('{window}', starts_at, 'UTC')) * {hours})::float8
FROM {partition}
