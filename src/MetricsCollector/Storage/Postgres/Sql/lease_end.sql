SELECT pg_terminate_backend(@pid, 1000)
