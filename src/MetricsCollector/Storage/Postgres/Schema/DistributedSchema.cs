using System.Globalization;
using Dapper;
using MetricsCollector.Storage.Postgres.Partitions;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Schema;

/// <summary>
/// Distributes the store's tables with Citus: rows of history by their series, raw and packed side by side, and a copy of the small
/// tables on every node. <c>collections</c> stays on the coordinator: it is found by target and time, which no distribution serves.
/// </summary>
/// <param name="wanted">Whether <c>Storage:Distributed</c> is set. A store that was distributed is kept so either way.</param>
internal sealed class DistributedSchema(bool wanted)
{
    // Tables, then functions and views over them in one transaction: that takes one connection for each node.
    private const string DistributionBeginSql = "SET LOCAL citus.multi_shard_modify_mode = 'sequential'";

    // A later step of the schema may bring tables and views, so what was distributed says for which step.
    private const string DistributionDoneSql =
        """
        SELECT coalesce(obj_description(to_regclass('metrics'), 'pg_class') LIKE format('%% Distributed, step %s.', @version), false)
        """;

    // Those of some tables that are not distributed, in the same order.
    private const string DistributionMissingSql =
        """
        SELECT t.name
        FROM unnest(@tables) WITH ORDINALITY AS t(name, place)
        WHERE to_regclass(t.name) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = to_regclass(t.name))
        ORDER BY t.place
        """;

    private static readonly string[] Small = ["targets", "metric_definitions", "series", "metric_intervals", "saved_targets"];

    private static readonly string[] History = [
        PartitionedTable.MetricsRaw.Name, PartitionedTable.PackedHours.Name, PartitionedTable.PackedDays.Name];

    /// <summary>Distributes what is not distributed yet; changes nothing when all is.</summary>
    /// <param name="connection">Where, outside a transaction.</param>
    /// <param name="version">The version of the schema.</param>
    /// <param name="lockAsync">Takes the lock under which the schema is changed, until the end of the transaction.</param>
    /// <param name="cancellationToken">Ends it without a change.</param>
    /// <returns>How many tables were distributed; null when nothing was to be done.</returns>
    /// <exception cref="StoreUnavailableException">The database has no Citus.</exception>
    public async Task<int?> EnsureAsync(
        NpgsqlConnection connection, int version, Func<NpgsqlTransaction, Task> lockAsync, CancellationToken cancellationToken)
    {
        if (!await IsDueAsync(connection, cancellationToken) || await IsDoneAsync(connection, version, cancellationToken))
        {
            return null;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await lockAsync(transaction);

        // Another collector may have been faster while this one waited for the lock.
        if (await IsDoneAsync(connection, version, cancellationToken))
        {
            return null;
        }

        await connection.ExecuteAsync(new CommandDefinition(DistributionBeginSql, cancellationToken: cancellationToken));
        string[] missing = [.. await connection.QueryAsync<string>(new CommandDefinition(
            DistributionMissingSql, new { tables = (string[])[.. Small, .. History] }, cancellationToken: cancellationToken))];
        foreach (var table in missing)
        {
            var form = Small.Contains(table) ? "distribution_reference"
                : table == History[0] ? "distribution_first"
                : "distribution_colocated";
            await ExecuteAsync(connection, form, table, cancellationToken);
        }

        foreach (var table in missing)
        {
            await ExecuteAsync(connection, "distribution_truncate", table, cancellationToken);
        }

        var views = StoreSql.Get("distribution_views")
            .Replace("{version}", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await connection.ExecuteAsync(new CommandDefinition(views, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return missing.Length;
    }

    private async Task<bool> IsDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!wanted)
        {
            return await Distribution.ExistsAsync(connection, cancellationToken);
        }

        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')", cancellationToken: cancellationToken))
            ? true
            : throw new StoreUnavailableException(
                "Storage:Distributed is set, but the store's database does not have the extension Citus: "
                + "let a superuser run CREATE EXTENSION citus there and on its workers, or set Storage:Distributed=false.");
    }

    private static Task<bool> IsDoneAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(DistributionDoneSql, new { version }, cancellationToken: cancellationToken));

    // As long as it takes: history that is there is moved to the workers.
    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, string table, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            new CommandDefinition(StoreSql.Get(sql), new { table }, commandTimeout: 0, cancellationToken: cancellationToken));
}
