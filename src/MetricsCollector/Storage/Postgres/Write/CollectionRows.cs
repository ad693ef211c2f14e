using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The table <c>collections</c>: what makes writing a collection twice a no-op.</summary>
internal static class CollectionRows
{
    private const string CollectionsInsertSql =
        """
        INSERT INTO collections (collection_id, target_id, trigger, started_at, finished_at, status, unreachable, round_trips, outcomes)
        SELECT * FROM unnest(@ids, @targets, @triggers, @started, @finished, @statuses, @unreachable, @round_trips, @outcomes)
        ON CONFLICT DO NOTHING
        RETURNING collection_id
        """;

    /// <summary>Stores collections without their rows.</summary>
    /// <returns>Those that were not stored before, in the same order.</returns>
    public static async Task<IReadOnlyList<CollectionRun>> InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<CollectionRun> collections, TargetIds targets, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CollectionsInsertSql, connection);
        Add(command, "ids", NpgsqlDbType.Uuid, collections.Select(collection => collection.Id));
        Add(command, "targets", NpgsqlDbType.Integer, collections.Select(collection => targets[collection.Target]));
        Add(command, "triggers", NpgsqlDbType.Text, collections.Select(collection => StoredNames.Of(collection.Trigger)));
        Add(command, "started", NpgsqlDbType.TimestampTz, collections.Select(collection => collection.StartedAt.UtcDateTime));
        Add(command, "finished", NpgsqlDbType.TimestampTz, collections.Select(collection => collection.FinishedAt.UtcDateTime));
        Add(command, "statuses", NpgsqlDbType.Text, collections.Select(collection => StoredNames.Of(collection.Status)));
        Add(command, "unreachable", NpgsqlDbType.Text, collections.Select(collection => collection.Unreachable));
        Add(command, "round_trips", NpgsqlDbType.Integer, collections.Select(collection => collection.RoundTrips));
        Add(command, "outcomes", NpgsqlDbType.Jsonb, collections.Select(OutcomeJson.Write));

        var stored = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored.Add(reader.GetGuid(0));
        }

        // Removed when met, so that a collection that comes twice in one batch counts once.
        return [.. collections.Where(collection => stored.Remove(collection.Id))];
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. values] });
}
