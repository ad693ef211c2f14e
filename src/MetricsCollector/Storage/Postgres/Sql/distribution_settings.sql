-- Citus else takes a connection, and prepares a transaction, for each shard that rows go to; so it does for each node. For the
-- transaction, as it would keep questions from using all of a node.
SET LOCAL citus.max_adaptive_executor_pool_size = 1
