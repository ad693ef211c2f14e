-- metric: table_age
-- summary: The tables that are closest to having to be frozen.
-- source: pg_class
-- postgres: 14+
-- scope: database
-- every: 1h
-- role: any
-- label schemaname: Schema.
-- label relname: Table.
-- gauge xid_age transactions: Age of the oldest transaction id that is not frozen, in the table or its TOAST table.
-- gauge mxid_age multixacts: Age of the oldest multixact id that is not frozen, in the table or its TOAST table.
-- gauge xid_freeze_max_share ratio: Transaction id age as a share of autovacuum_freeze_max_age, at which vacuum is forced.
-- gauge mxid_freeze_max_share ratio: Multixact age as a share of autovacuum_multixact_freeze_max_age, at which vacuum is forced.
SELECT
    n.nspname AS schemaname,
    o.relname AS relname,
    o.xid_age,
    o.mxid_age,
    o.xid_age / current_setting('autovacuum_freeze_max_age')::float8 AS xid_freeze_max_share,
    o.mxid_age / current_setting('autovacuum_multixact_freeze_max_age')::float8 AS mxid_freeze_max_share
FROM (
    SELECT
        c.relnamespace, c.relname,
        -- greatest passes over the null of a table without TOAST.
        greatest(age(c.relfrozenxid), age(t.relfrozenxid)) AS xid_age,
        greatest(mxid_age(c.relminmxid), mxid_age(t.relminmxid)) AS mxid_age
    FROM pg_class AS c
    LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.oid >= 16384
) AS o
JOIN pg_namespace AS n ON n.oid = o.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY greatest(o.xid_age, o.mxid_age) DESC
LIMIT 100
