-- Locked until the end of the transaction: nobody else appends fields meanwhile.
SELECT metric_id, name, fields FROM metric_definitions WHERE name = ANY(@names) ORDER BY name FOR UPDATE
