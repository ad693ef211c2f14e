using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The table <c>collections</c>: what makes writing a pass twice a no-op.</summary>
internal static class CollectionRows
{
    /// <summary>Stores passes without their rows.</summary>
    /// <returns>Those that were not stored before, in the same order.</returns>
    public static async Task<IReadOnlyList<CollectionPass>> InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<CollectionPass> passes, TargetIds targets, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StoreSql.Get("collections_insert"), connection);
        Add(command, "ids", NpgsqlDbType.Uuid, passes.Select(pass => pass.Id));
        Add(command, "targets", NpgsqlDbType.Integer, passes.Select(pass => targets[pass.Target]));
        Add(command, "triggers", NpgsqlDbType.Text, passes.Select(pass => StoredNames.Of(pass.Trigger)));
        Add(command, "started", NpgsqlDbType.TimestampTz, passes.Select(pass => pass.StartedAt.UtcDateTime));
        Add(command, "finished", NpgsqlDbType.TimestampTz, passes.Select(pass => pass.FinishedAt.UtcDateTime));
        Add(command, "statuses", NpgsqlDbType.Text, passes.Select(pass => StoredNames.Of(pass.Status)));
        Add(command, "unreachable", NpgsqlDbType.Text, passes.Select(pass => pass.Unreachable));
        Add(command, "round_trips", NpgsqlDbType.Integer, passes.Select(pass => pass.RoundTrips));
        Add(command, "outcomes", NpgsqlDbType.Jsonb, passes.Select(OutcomeJson.Write));

        var stored = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored.Add(reader.GetGuid(0));
        }

        // Removed when met, so that a pass that comes twice in one batch counts once.
        return [.. passes.Where(pass => stored.Remove(pass.Id))];
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. values] });
}
