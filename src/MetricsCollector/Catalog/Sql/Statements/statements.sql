-- metric: statements
-- summary: Calls, time, rows and blocks of each normalised statement; unlike other statistics they survive an immediate stop of the server.
-- source: pg_stat_statements
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- requires: pg_stat_statements 1.9 preloaded
-- setting compute_query_id: auto, on, regress
-- setting pg_stat_statements.track: top, all
-- privilege: pg_read_all_stats
-- top: total_exec_time, calls
-- label queryid: Identifier of the normalised statement; it may stand for tables of the same name in several schemas.
-- label datname: Database, or its object id when it was dropped.
-- label usename: Role that ran it, or unknown with its object id when it was dropped.
-- label toplevel: Whether a client sent it (true) or a function ran it (false).
-- counter plans plans: Times it was planned; 0 unless pg_stat_statements.track_planning is on.
-- counter total_plan_time milliseconds: Time spent planning.
-- gauge min_plan_time milliseconds: Shortest planning.
-- gauge max_plan_time milliseconds: Longest planning.
-- gauge mean_plan_time milliseconds: Mean planning time.
-- gauge stddev_plan_time milliseconds: Standard deviation of the planning time.
-- counter calls calls: Times it was run.
-- counter total_exec_time milliseconds: Time spent running.
-- gauge min_exec_time milliseconds: Shortest run.
-- gauge max_exec_time milliseconds: Longest run.
-- gauge mean_exec_time milliseconds: Mean time of a run.
-- gauge stddev_exec_time milliseconds: Standard deviation of the time of a run.
-- counter rows rows: Rows returned or changed.
-- counter shared_blks_hit blocks: Shared blocks found in shared buffers.
-- counter shared_blks_read blocks: Shared blocks read from outside shared buffers.
-- counter shared_blks_dirtied blocks: Shared blocks made dirty.
-- counter shared_blks_written blocks: Shared blocks written.
-- counter local_blks_hit blocks: Blocks of temporary tables found in local buffers.
-- counter local_blks_read blocks: Blocks of temporary tables read.
-- counter local_blks_dirtied blocks: Blocks of temporary tables made dirty.
-- counter local_blks_written blocks: Blocks of temporary tables written.
-- counter temp_blks_read blocks: Blocks of temporary files read.
-- counter temp_blks_written blocks: Blocks of temporary files written.
-- counter shared_blk_read_time milliseconds: Time spent reading shared blocks (to 16: and local ones); 0 unless track_io_timing is on.
-- counter shared_blk_write_time milliseconds: Time spent writing shared blocks (to 16: and local ones); 0 unless track_io_timing is on.
-- counter local_blk_read_time milliseconds: Time spent reading local blocks; 0 unless track_io_timing is on.
-- counter local_blk_write_time milliseconds: Time spent writing local blocks; 0 unless track_io_timing is on.
-- counter temp_blk_read_time milliseconds: Time spent reading temporary files; 0 unless track_io_timing is on.
-- counter temp_blk_write_time milliseconds: Time spent writing temporary files; 0 unless track_io_timing is on.
-- counter wal_records records: Write-ahead log records made.
-- counter wal_fpi images: Full page images made.
-- counter wal_bytes bytes: Write-ahead log made.
-- counter wal_buffers_full writes: Writes because the WAL buffers were full.
-- counter jit_functions functions: Functions compiled just in time.
-- counter jit_generation_time milliseconds: Time spent generating code.
-- counter jit_inlining_count calls: Times that functions were inlined.
-- counter jit_inlining_time milliseconds: Time spent inlining.
-- counter jit_optimization_count calls: Times that code was optimised.
-- counter jit_optimization_time milliseconds: Time spent optimising.
-- counter jit_emission_count calls: Times that code was emitted.
-- counter jit_emission_time milliseconds: Time spent emitting code.
-- counter jit_deform_count functions: Functions compiled that take rows apart.
-- counter jit_deform_time milliseconds: Time spent compiling functions that take rows apart.
-- counter parallel_workers_to_launch workers: Parallel workers planned to be launched.
-- counter parallel_workers_launched workers: Parallel workers launched.
-- counter generic_plan_calls calls: Times that a prepared statement was run with its generic plan.
-- counter custom_plan_calls calls: Times that a prepared statement was run with a plan for its parameters.
-- gauge stats_since timestamp: Since when these counters count.
-- gauge minmax_stats_since timestamp: Since when the shortest and longest times are kept.
SELECT
    s.queryid::text AS queryid,
    coalesce(d.datname::text, s.dbid::text) AS datname,
    pg_get_userbyid(s.userid)::text AS usename,
    s.toplevel::text AS toplevel,
    s.plans,
    s.total_plan_time,
    s.min_plan_time,
    s.max_plan_time,
    s.mean_plan_time,
    s.stddev_plan_time,
    s.calls,
    s.total_exec_time,
    s.min_exec_time,
    s.max_exec_time,
    s.mean_exec_time,
    s.stddev_exec_time,
    s.rows AS rows,
    s.shared_blks_hit,
    s.shared_blks_read,
    s.shared_blks_dirtied,
    s.shared_blks_written,
    s.local_blks_hit,
    s.local_blks_read,
    s.local_blks_dirtied,
    s.local_blks_written,
    s.temp_blks_read,
    s.temp_blks_written,
    s.blk_read_time AS shared_blk_read_time, -- 14-16
    s.blk_write_time AS shared_blk_write_time, -- 14-16
    s.shared_blk_read_time, -- 17+
    s.shared_blk_write_time, -- 17+
    s.local_blk_read_time, -- 17+
    s.local_blk_write_time, -- 17+
    s.temp_blk_read_time, -- 15+
    s.temp_blk_write_time, -- 15+
    s.wal_records,
    s.wal_fpi,
    s.wal_buffers_full, -- 18+
    s.jit_functions, -- 15+
    s.jit_generation_time, -- 15+
    s.jit_inlining_count, -- 15+
    s.jit_inlining_time, -- 15+
    s.jit_optimization_count, -- 15+
    s.jit_optimization_time, -- 15+
    s.jit_emission_count, -- 15+
    s.jit_emission_time, -- 15+
    s.jit_deform_count, -- 17+
    s.jit_deform_time, -- 17+
    s.parallel_workers_to_launch, -- 18+
    s.parallel_workers_launched, -- 18+
    s.generic_plan_calls, -- extension 1.13+
    s.custom_plan_calls, -- extension 1.13+
    extract(epoch FROM s.stats_since)::float8 AS stats_since, -- 17+
    extract(epoch FROM s.minmax_stats_since)::float8 AS minmax_stats_since, -- 17+
    s.wal_bytes::float8 AS wal_bytes
-- Without the texts the server need not read the file that holds them.
FROM pg_stat_statements(false) AS s
LEFT JOIN pg_database AS d ON d.oid = s.dbid
WHERE s.queryid IS NOT NULL
