SELECT {sizeOf}('{partition}'::regclass), (SELECT count(*) FROM {partition})
