using Npgsql;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>
/// The one door to what saves memory inside Npgsql: <see cref="SharedConverters"/> and <see cref="PlainTypes"/>. Npgsql keeps tables for
/// each data source, and every target is one. Without sharing, sessions read the same, and a thousand of them take a quarter more memory.
/// </summary>
internal static class DriverTables
{
    private const string Variable = "METRICS_COLLECTOR_SHARED_DRIVER_TABLES";

    /// <summary>
    /// Whether sessions share tables unless told otherwise. The environment turns it off with <c>0</c>: to measure what it saves, or where
    /// a
    /// newer Npgsql has other internals.
    /// </summary>
    public static bool SharedByDefault { get; } = Environment.GetEnvironmentVariable(Variable) != "0";

    /// <summary>Lets a data source share tables with the others.</summary>
    public static void AddTo(NpgsqlSlimDataSourceBuilder builder, bool shared)
    {
        if (shared)
        {
            SharedConverters.AddTo(builder);
        }
    }

    /// <summary>Opens a connection of a data source that shares tables, or of one that does not.</summary>
    public static Task OpenAsync(NpgsqlConnection connection, bool shared, CancellationToken cancellationToken) =>
        PlainTypes.OpenAsync(connection, shared, cancellationToken);
}
