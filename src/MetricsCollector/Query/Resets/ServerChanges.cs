using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Resets;

/// <summary>Finds restarts and failovers in the history of the <c>server</c> metric.</summary>
/// <remarks>
/// A server that was restarted keeps its cluster and its timeline, and its write-ahead log goes on. Where its start moved together with one
/// of these, or the log went back, the name leads to another server: a promoted standby, a restored copy or another cluster.
/// </remarks>
public static class ServerChanges
{
    /// <summary>The metric that is read.</summary>
    public const string Metric = "server";

    /// <summary>The fields that are read: when the server started, its timeline, a position in its log, and its cluster.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["start_time", "timeline", "checkpoint_lsn", "cluster"];

    /// <summary>While a server was not restarted, what was read first and last of the others tells as much as all of it.</summary>
    public static SummaryRequest Summaries { get; } =
        new(TimeSpan.FromDays(100_000), Fields.ToDictionary(field => field, _ => SummaryUse.FirstAndLast)) { ConstantField = Fields[0] };

    /// <summary>Finds them.</summary>
    /// <param name="startTime">Samples of <c>start_time</c>, in order of time.</param>
    /// <param name="timeline">Samples of <c>timeline</c>.</param>
    /// <param name="position">Samples of <c>checkpoint_lsn</c>.</param>
    /// <param name="cluster">Samples of <c>cluster</c>; null where it is not known.</param>
    public static IReadOnlyList<ServerChange> Find(
        IReadOnlyList<Sample> startTime, IReadOnlyList<Sample> timeline, IReadOnlyList<Sample> position, IReadOnlyList<Sample> cluster)
    {
        var clusters = ByTime(cluster);
        var timelines = ByTime(timeline);
        var positions = ByTime(position);
        var changes = new List<ServerChange>();
        Sample? earlier = null;
        foreach (var sample in startTime.Where(sample => sample.Value is not null))
        {
            if (earlier is { } before && sample.Value != before.Value)
            {
                var another = timelines.GetValueOrDefault(before.At) != timelines.GetValueOrDefault(sample.At)
                    || positions.GetValueOrDefault(sample.At) < positions.GetValueOrDefault(before.At)
                    || (clusters.GetValueOrDefault(before.At) is { } one
                        && clusters.GetValueOrDefault(sample.At) is { } other
                        && one != other);
                changes.Add(new ServerChange(before.At, sample.At, another ? ResetReason.Failover : ResetReason.Restart));
            }

            earlier = sample;
        }

        return changes;
    }

    private static Dictionary<DateTimeOffset, double?> ByTime(IReadOnlyList<Sample> samples)
    {
        var byTime = new Dictionary<DateTimeOffset, double?>(samples.Count);
        foreach (var (at, value) in samples)
        {
            byTime[at] = value;
        }

        return byTime;
    }
}
