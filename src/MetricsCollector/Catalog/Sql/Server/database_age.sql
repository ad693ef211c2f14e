-- metric: database_age
-- summary: How far each database is from the point where it must be frozen, and from wraparound.
-- source: pg_database
-- postgres: 14+
-- scope: instance
-- every: 5m
-- role: any
-- label datname: Database.
-- gauge xid_age transactions: Age of the oldest transaction id that is not frozen (datfrozenxid).
-- gauge mxid_age multixacts: Age of the oldest multixact id that is not frozen (datminmxid).
-- gauge xid_freeze_max_share ratio: Transaction id age as a share of autovacuum_freeze_max_age, at which vacuum is forced.
-- gauge mxid_freeze_max_share ratio: Multixact age as a share of autovacuum_multixact_freeze_max_age, at which vacuum is forced.
-- gauge xid_wraparound_share ratio: Transaction id age as a share of the 2^31 at which ids would wrap around.
-- gauge mxid_wraparound_share ratio: Multixact age as a share of the 2^31 at which ids would wrap around.
SELECT
    datname,
    age(datfrozenxid) AS xid_age,
    mxid_age(datminmxid) AS mxid_age,
    age(datfrozenxid) / current_setting('autovacuum_freeze_max_age')::float8 AS xid_freeze_max_share,
    mxid_age(datminmxid) / current_setting('autovacuum_multixact_freeze_max_age')::float8 AS mxid_freeze_max_share,
    age(datfrozenxid) / 2147483648::float8 AS xid_wraparound_share,
    mxid_age(datminmxid) / 2147483648::float8 AS mxid_wraparound_share
FROM pg_database
WHERE datname NOT IN
    ('rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys', 'alloydbadmin', 'alloydbmetadata')
