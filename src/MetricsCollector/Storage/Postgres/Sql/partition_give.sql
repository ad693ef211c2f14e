-- Whoever makes it, as an administrator who runs a step of the schema, the role of the service packs and drops it.
ALTER TABLE {partition} OWNER TO {owner}
