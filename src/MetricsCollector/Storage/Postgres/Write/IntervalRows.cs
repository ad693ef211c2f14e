using Dapper;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The table <c>metric_intervals</c>: a row for each change of an interval.</summary>
internal static class IntervalRows
{
    private const string Select =
        """
        SELECT DISTINCT ON (metric_id, target_id) metric_id, target_id, since, every
        FROM metric_intervals
        WHERE metric_id = ANY(@metrics) AND target_id = ANY(@targets)
        ORDER BY metric_id, target_id, since DESC
        """;

    private const string Insert =
        """
        INSERT INTO metric_intervals (metric_id, target_id, since, every)
        SELECT * FROM unnest(@metrics, @targets, @since, @every)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Stores the intervals of collections where they changed; targets and metrics are resolved.</summary>
    public static async Task UpdateAsync(
        WriteSession session, IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        var snapshots = collections
            .OrderBy(collection => collection.StartedAt)
            .SelectMany(collection => collection.Snapshots, (collection, snapshot) =>
                (Metric: session.Metrics.IdOf(snapshot.Metric), Target: session.Targets[collection.Target], Snapshot: snapshot))
            .ToList();
        var unknown = snapshots.Where(one => session.Intervals.IsUnknown(one.Metric, one.Target, one.Snapshot)).ToList();
        if (unknown.Count > 0)
        {
            var rows = await session.Connection.QueryAsync<(int Metric, int Target, DateTime Since, TimeSpan Every)>(new CommandDefinition(
                Select,
                new
                {
                    metrics = unknown.Select(one => one.Metric).Distinct().ToArray(),
                    targets = unknown.Select(one => one.Target).Distinct().ToArray(),
                },
                cancellationToken: cancellationToken));
            foreach (var (metric, target, since, every) in rows)
            {
                session.Intervals.Learn(metric, target, every, new DateTimeOffset(since));
            }
        }

        var changes = snapshots.Where(one => session.Intervals.Changes(one.Metric, one.Target, one.Snapshot)).ToList();
        if (changes.Count > 0)
        {
            await session.Connection.ExecuteAsync(new CommandDefinition(
                Insert,
                new
                {
                    metrics = changes.Select(one => one.Metric).ToArray(),
                    targets = changes.Select(one => one.Target).ToArray(),
                    since = changes.Select(one => one.Snapshot.CollectedAt.UtcDateTime).ToArray(),
                    every = changes.Select(one => one.Snapshot.Interval!.Value).ToArray(),
                },
                cancellationToken: cancellationToken));
        }
    }
}
