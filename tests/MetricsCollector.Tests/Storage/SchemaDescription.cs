namespace MetricsCollector.Tests.Storage;

/// <summary>All that the catalogs say of a schema, one line each, so that two schemas can be compared.</summary>
internal static class SchemaDescription
{
    private const string Sql = """
        WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
        SELECT format('relation %s %s %s %s', relname, relkind, reloptions, obj_description(oid, 'pg_class')) FROM ours
        UNION ALL
        SELECT format('column %s %s %s %s %s %s %s %s %s', c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
                      a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, l.collname, col_description(c.oid, a.attnum))
        FROM ours c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        UNION ALL
        SELECT format('constraint %s %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
        FROM ours c
        JOIN pg_constraint k ON k.conrelid = c.oid
        UNION ALL
        SELECT format('index %s %s', c.relname, pg_get_indexdef(c.oid)) FROM ours c WHERE relkind IN ('i', 'I')
        UNION ALL
        SELECT format('view %s %s', c.relname, pg_get_viewdef(c.oid)) FROM ours c WHERE relkind = 'v'
        UNION ALL
        SELECT format('partitioned %s %s', c.relname, pg_get_partkeydef(c.oid)) FROM ours c WHERE relkind = 'p'
        UNION ALL
        SELECT format('sequence %s %s %s %s', c.relname, s.seqtypid::regtype, s.seqincrement, s.seqmax)
        FROM ours c
        JOIN pg_sequence s ON s.seqrelid = c.oid
        UNION ALL
        SELECT format('migration %s %s', version, name) FROM schema_migrations
        ORDER BY 1
        """;

    public static Task<IReadOnlyList<string>> ReadAsync(TestStore store) => store.ColumnAsync<string>(Sql);
}
