namespace MetricsCollector.Tests.Api;

/// <summary>Metric files of one's own, each for one thing that went wrong with such files.</summary>
internal static class CustomMetricFiles
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
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
            SELECT current_database() AS datname, count(*) AS tables FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            """,
    };
}
