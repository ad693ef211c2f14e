SELECT pg_total_relation_size('{partition}'::regclass), (SELECT count(*) FROM {partition})
