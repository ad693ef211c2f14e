-- metric: prepared_xacts
-- summary: Transactions prepared for two-phase commit and not yet ended, by database.
-- source: pg_prepared_xacts
-- postgres: 14+
-- scope: instance
-- every: 1m
-- role: any
-- label datname: Database.
-- gauge prepared_xacts transactions: Prepared transactions now.
-- gauge oldest_age seconds: Time since the oldest of them was prepared, 0 when there is none.
-- gauge oldest_xid_age transactions: Age of the oldest of their transaction ids, which keeps vacuum from removing rows.
SELECT
    d.datname,
    count(p.transaction) AS prepared_xacts,
    coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(p.prepared))), 0)::float8 AS oldest_age,
    max(age(p.transaction)) AS oldest_xid_age
FROM pg_database AS d
LEFT JOIN pg_prepared_xacts AS p ON p.database = d.datname
WHERE d.datallowconn
  AND d.datname NOT IN
    ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
GROUP BY 1
