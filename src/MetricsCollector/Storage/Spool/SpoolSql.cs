using MetricsCollector.Storage.Postgres;

namespace MetricsCollector.Storage.Spool;

/// <summary>The SQL of the spool, kept in files named for what they do.</summary>
internal static class SpoolSql
{
    private const string Prefix = "Spool/";

    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    public static string Get(string name) => StoreSql.Read($"{Prefix}{name}.sql");
}
