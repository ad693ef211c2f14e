-- Tables, then functions and views over them in one transaction: that takes one connection for each node.
SET LOCAL citus.multi_shard_modify_mode = 'sequential'
