-- For the transaction, so that it neither leaks nor needs a startup parameter, which PgBouncer would refuse.
SET LOCAL jit = off
