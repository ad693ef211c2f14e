using Dapper;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>What is to be known of a store whose tables Citus spreads over several machines. Asked of the store, whatever the settings
/// say.</summary>
internal static class Distribution
{
    // Citus gives every table that it distributes a trigger of its own; its catalogs cannot be named where it may be missing.
    private const string DistributionExistsSql =
        """
        SELECT EXISTS (
          SELECT
          FROM pg_trigger t
          JOIN pg_proc p ON p.oid = t.tgfoid
          WHERE t.tgrelid = to_regclass('metrics_raw') AND p.proname = 'citus_truncate_trigger')
        """;

    // Citus else takes a connection, and prepares a transaction, for each shard that rows go to; so it does for each node. For the
    // transaction, as it would keep questions from using all of a node.
    private const string DistributionSettingsSql = "SET LOCAL citus.max_adaptive_executor_pool_size = 1";

    /// <summary>Whether the store's tables are distributed.</summary>
    public static Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(DistributionExistsSql, cancellationToken: cancellationToken));

    /// <summary>Makes a transaction that writes small batches cheap: without it, one took ten to a hundred times as long as on one
    /// machine.</summary>
    public static Task SetUpWriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(DistributionSettingsSql, cancellationToken: cancellationToken));

    /// <summary>Names the function that measures a partition: of a distributed one PostgreSQL's own sees an empty shell.</summary>
    public static string Measure(string sql, bool distributed) =>
        sql.Replace("{sizeOf}", distributed ? "citus_total_relation_size" : "pg_total_relation_size", StringComparison.Ordinal);
}
