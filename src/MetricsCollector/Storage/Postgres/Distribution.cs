using Dapper;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>What is to be known of a store whose tables Citus spreads over several machines. Asked of the store, whatever the settings
/// say.</summary>
internal static class Distribution
{
    /// <summary>Whether the store's tables are distributed.</summary>
    public static Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(StoreSql.Get("distribution_exists"), cancellationToken: cancellationToken));

    /// <summary>Makes a transaction that writes small batches cheap: without it, one took ten to a hundred times as long as on one
    /// machine.</summary>
    public static Task SetUpWriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(StoreSql.Get("distribution_settings"), cancellationToken: cancellationToken));

    /// <summary>Names the function that measures a partition: of a distributed one PostgreSQL's own sees an empty shell.</summary>
    public static string Measure(string sql, bool distributed) =>
        sql.Replace("{sizeOf}", distributed ? "citus_total_relation_size" : "pg_total_relation_size", StringComparison.Ordinal);
}
