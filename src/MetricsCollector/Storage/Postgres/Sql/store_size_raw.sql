SELECT {sizeOf}('{partition}'::regclass),
       sum(cardinality(readings))::bigint,
       greatest(extract(epoch FROM max(collected_at) - min(collected_at)) / 3600, 1.0 / 60)::float8
FROM {partition}
