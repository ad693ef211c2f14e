SET LOCAL lock_timeout = '1s';
CREATE TABLE IF NOT EXISTS {partition} PARTITION OF {parent} FOR VALUES FROM ('{from}') TO ('{to}')
