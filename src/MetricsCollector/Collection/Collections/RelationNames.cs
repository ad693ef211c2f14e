using MetricsCollector.Collection.Rows;
using MetricsCollector.Collection.Rows.Values;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.Composition;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Names of tables and indexes in further databases, of which a server tells only object ids: they are asked for there when somebody waits
/// for one whose name is not known yet, and remembered.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="time">The clock.</param>
internal sealed class RelationNames(Target target, SessionLimits limits, TimeProvider time)
{
    private const string Metric = "lock_waits";
    private const string Relation = "relation";

    // A connection for each; a pile-up is seldom in more than one.
    private const int MostDatabases = 2;

    private const int MostRemembered = 1_000;

    // Tables are renamed now and then, and what could not be read may be readable later.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(string Database, string Oid), (string Name, long At)> _names = [];

    /// <summary>Puts names in the place of object ids. What cannot be read stays as it is: the waits matter more.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="facts">What the server said of itself.</param>
    /// <param name="stopping">Ends the wait.</param>
    public async Task ResolveAsync(CollectionInProgress collection, ServerFacts facts, CancellationToken stopping)
    {
        var metric = collection.Metrics.FirstOrDefault(one => one.Name == Metric);
        if (metric is null || collection.AnswersOf(metric) is not [{ Rows.Count: > 0 } answer])
        {
            return;
        }

        var unknown = answer.Rows.Select(row => Find(row.Labels)).OfType<(string Database, string Oid)>().Where(IsUnknown).Distinct()
            .GroupBy(one => one.Database, one => one.Oid, StringComparer.Ordinal)
            .Where(one => one.Key != facts.Database && facts.Databases.Contains(one.Key) && target.WantsDatabase(one.Key))
            .Take(MostDatabases)
            .ToList();
        foreach (var database in unknown)
        {
            await ReadAsync(database.Key, [.. database], facts, collection, stopping);
        }

        collection.Replace(metric, [answer with { Rows = [.. answer.Rows.Select(Named)] }]);
    }

    private static (string Database, string Oid)? Find(LabelSet labels) =>
        labels["datname"] is { Length: > 0 } database && labels[Relation] is { Length: > 0 } oid && oid.All(char.IsAsciiDigit)
            ? (database, oid)
            : null;

    private bool IsUnknown((string Database, string Oid) relation) =>
        !_names.TryGetValue(relation, out var known) || time.GetElapsedTime(known.At) > Remembered;

    private SnapshotRow Named(SnapshotRow row) => Find(row.Labels) is { } relation && _names.TryGetValue(relation, out var known)
        ? row with { Labels = row.Labels.With(Relation, known.Name) }
        : row;

    private async Task ReadAsync(
        string database, IReadOnlyList<string> oids, ServerFacts facts, CollectionInProgress collection, CancellationToken stopping)
    {
        if (_names.Count > MostRemembered)
        {
            _names.Clear();
        }

        // Also what cannot be read is remembered, so that it is not asked for in every collection.
        foreach (var oid in oids)
        {
            _names[(database, oid)] = (oid, time.GetTimestamp());
        }

        var sql = $"SELECT c.oid::text, c.oid::regclass::text FROM pg_catalog.pg_class AS c WHERE c.oid IN ({string.Join(", ", oids)})";
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout);
        var read = new List<(string Oid, string Name)>();
        try
        {
            await using var session = TargetSessions.Create(target, limits, database);
            await session.OpenAsync(deadline.Token, facts);
            collection.RoundTrips++;
            await session.ExecuteAsync([new Statement(sql)], TakeAsync, deadline.Token);
            if (session.Facts?.IsSameServer(facts) != true)
            {
                return;
            }
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            return;
        }

        foreach (var (oid, name) in read)
        {
            _names[(database, oid)] = (name, time.GetTimestamp());
        }

        async Task TakeAsync(int statement, IAnswer answer, CancellationToken cancellationToken)
        {
            while (await answer.ReadAsync(cancellationToken))
            {
                if (Text(answer, 0) is { } oid && Text(answer, 1) is { } name)
                {
                    read.Add((oid, LabelText.Fit(name)));
                }
            }
        }

        string? Text(IAnswer answer, int column) => ValueText.Of(answer.TypeOf(column), answer.Bytes(column), facts.Major);
    }
}
