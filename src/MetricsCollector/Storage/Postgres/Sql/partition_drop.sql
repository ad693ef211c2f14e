SET LOCAL lock_timeout = '1s';
DROP TABLE IF EXISTS {partition}
