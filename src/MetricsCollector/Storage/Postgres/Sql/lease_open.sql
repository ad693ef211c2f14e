-- A collector whose machine vanished is noticed within seconds. The schema tells stores of one database apart.
SELECT coalesce(current_schema(), '') FROM (SELECT
  set_config('tcp_keepalives_idle', '3', false),
  set_config('tcp_keepalives_interval', '2', false),
  set_config('tcp_keepalives_count', '2', false),
  set_config('idle_session_timeout', '0', false),
  set_config('client_connection_check_interval', '0', false)) AS settings
