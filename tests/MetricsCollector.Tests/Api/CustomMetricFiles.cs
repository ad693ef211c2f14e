namespace MetricsCollector.Tests.Api;

/// <summary>Metric files of one's own, each for one thing that went wrong with such files.</summary>
internal static class CustomMetricFiles
{
    /// <summary>All of them, by name.</summary>
    /// <param name="first">The database that one of them is for.</param>
    public static IReadOnlyDictionary<string, string> All(string first) => new Dictionary<string, string>
    {
        ["orders.sql"] =
            """
            -- metric: orders
            -- summary: Orders that wait.
            -- scope: database
            -- label state: What became of the order.
            -- gauge orders orders: How many.
            SELECT CASE WHEN shipped THEN 'shipped' ELSE 'open' END AS state, count(*) AS orders FROM public.orders GROUP BY 1
            """,
        ["named.sql"] =
            """
            -- metric: named
            -- summary: A file that names the database itself.
            -- scope: database
            -- label datname: Name of the database, as the statement has it.
            -- gauge tables tables: Tables of the schema public.
            SELECT current_database() AS datname, count(*) AS tables
            FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            """,
        ["invoices.sql"] =
            """
            -- metric: invoices
            -- summary: A table that only one database has.
            -- scope: database
            -- gauge invoices invoices: How many.
            SELECT count(*) AS invoices FROM public.invoices
            """,
        ["only.sql"] =
            $"""
            -- metric: only
            -- summary: Asked in one database.
            -- scope: database
            -- databases: {first}
            -- gauge invoices invoices: How many.
            SELECT count(*) AS invoices FROM public.invoices
            """,
        ["elsewhere.sql"] =
            """
            -- metric: elsewhere
            -- summary: Asked where the table is not.
            -- gauge invoices invoices: How many.
            SELECT count(*) AS invoices FROM public.invoices
            """,
        ["nothing.sql"] =
            """
            -- metric: nothing
            -- summary: Divides by nothing.
            -- gauge n rows: How many.
            SELECT 1 / (count(*) - count(*)) AS n FROM pg_class
            """,
        ["marks.sql"] =
            """
            -- metric: marks
            -- summary: Texts with marks that JSON may escape and need not.
            -- label note: A text.
            -- attribute more: Another.
            -- counter n rows: A number that grows.
            SELECT 'it''s <a+b> & é' AS note, 'd''é <c+d> &' AS more, extract(epoch FROM clock_timestamp()) AS n
            """,
        ["talks.sql"] =
            """
            -- metric: talks
            -- summary: Rows of which not all have a text.
            -- label id: Identifier.
            -- counter n rows: A number that grows.
            SELECT id::text AS id, extract(epoch FROM clock_timestamp()) AS n FROM generate_series(1, 3) AS id
            """,
        ["talk_texts.sql"] =
            """
            -- metric: talk_texts
            -- summary: Texts of the first two talks.
            -- every: 1h
            -- describes: talks
            -- label id: Identifier.
            -- attribute words: What was said.
            SELECT id::text AS id, 'talk ' || id AS words FROM generate_series(1, 2) AS id
            """,
        ["lacking.sql"] =
            """
            -- metric: lacking
            -- summary: Declares a column that the statement does not give, and one that only a later version has.
            -- gauge n rows: Not there.
            -- gauge m rows: There.
            -- gauge later rows: There in time.
            SELECT 1 AS m
            , 2 AS later -- 99+
            """,
        ["units.sql"] =
            """
            -- metric: units
            -- summary: One value in each unit that Prometheus converts.
            -- gauge took milliseconds: A time.
            -- counter spent_ms milliseconds: A time that grows.
            -- gauge share percent: A share.
            -- gauge stored bytes: A size.
            -- gauge size_bytes bytes: A size whose name says so.
            -- gauge begun timestamp: An instant.
            -- gauge seen rows: No unit of Prometheus.
            SELECT 1500.5 AS took, 7 AS spent_ms, 12.5 AS share, 4096 AS stored, 8192 AS size_bytes, 1700000000 AS begun, 3 AS seen
            """,
        ["settings_work_mem.sql"] =
            """
            -- metric: settings_work_mem
            -- summary: Would be called as a setting is.
            -- gauge bytes bytes: A size.
            SELECT 1 AS bytes
            """,
        ["queries.yaml"] =
            """
            own_sizes:
              query: "SELECT relkind::text AS kind, count(*) AS relations FROM pg_class GROUP BY relkind"
              metrics:
                - kind: {usage: LABEL, description: "Kind"}
                - relations: {usage: GAUGE, description: "Relations"}
            own_databases:
              query: "SELECT datname::text, age(datfrozenxid) AS age FROM pg_database"
              metrics:
                - datname: {usage: LABEL, description: "Database"}
                - age: {usage: GAUGE, description: "Age"}
            """,
    };
}
