using Dapper;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The store's numbers for targets, made when first needed.</summary>
internal sealed class TargetIds
{
    private const string TargetsInsertSql =
        """
        INSERT INTO targets (name, labels)
        SELECT * FROM unnest(@names, @labels::jsonb[])
        ON CONFLICT DO NOTHING
        """;

    private readonly Dictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <summary>The number of a target that was resolved.</summary>
    public int this[string target] => _known[target].Id;

    /// <summary>Finds or makes the targets of collections.</summary>
    public async Task ResolveAsync(NpgsqlConnection connection, IEnumerable<CollectionRun> collections, CancellationToken cancellationToken)
    {
        // In order of name, so that two collectors take the same locks in the same order.
        var missing = collections
            .Where(collection => !_known.ContainsKey(collection.Target))
            .DistinctBy(collection => collection.Target)
            .OrderBy(collection => collection.Target, StringComparer.Ordinal)
            .ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var names = missing.Select(collection => collection.Target).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(
            TargetsInsertSql,
            new { names, labels = missing.Select(collection => collection.TargetLabels.ToJson()).ToArray() },
            cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<(int Id, string Name, string Labels)>(
            new CommandDefinition(
                "SELECT target_id, name, labels::text FROM targets WHERE name = ANY(@names)",
                new { names }, cancellationToken: cancellationToken));
        foreach (var (id, name, labels) in rows)
        {
            _known[name] = new Entry(id, LabelSet.FromJson(labels));
        }
    }

    /// <summary>Stores the labels of targets where the settings changed them.</summary>
    public async Task UpdateLabelsAsync(
        NpgsqlConnection connection, IEnumerable<CollectionRun> collections, CancellationToken cancellationToken)
    {
        foreach (var collection in collections
            .OrderBy(collection => collection.Target, StringComparer.Ordinal)
            .ThenBy(collection => collection.StartedAt))
        {
            var (id, labels) = _known[collection.Target];
            if (!labels.Equals(collection.TargetLabels))
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE targets SET labels = @labels::jsonb WHERE target_id = @id",
                    new { id, labels = collection.TargetLabels.ToJson() }, cancellationToken: cancellationToken));
                _known[collection.Target] = new Entry(id, collection.TargetLabels);
            }
        }
    }

    private readonly record struct Entry(int Id, LabelSet Labels);
}
