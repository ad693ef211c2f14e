using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Resets;

/// <summary>Finds where a server lost its statistics in a crash, in the history of views that all its databases share.</summary>
/// <remarks>
/// A crash, or an immediate stop, clears <c>pg_stat_database</c> and the views of tables without a trace of its own. In the shared views it
/// sets every <c>stats_reset</c> to one and the same instant, which no call of <c>pg_stat_reset_shared()</c> does: that takes the time for
/// each view.
/// </remarks>
public static class StatisticsLosses
{
    /// <summary>The metric whose <c>stats_reset</c> is watched.</summary>
    public const string Watched = "bgwriter";

    /// <summary>Metrics of other shared views, whose <c>stats_reset</c> then has the same value.</summary>
    public static IReadOnlyList<string> Witnesses { get; } = ["wal", "archiver"];

    /// <summary>The field that is read.</summary>
    public static IReadOnlyList<string> Fields { get; } = [ResetRules.StatsReset];

    /// <summary>Of windows in which nothing was reset, the first and the last sample tell enough.</summary>
    public static SummaryRequest Summaries { get; } =
        new(TimeSpan.FromDays(100_000), new Dictionary<string, SummaryUse> { [ResetRules.StatsReset] = SummaryUse.FirstAndLast })
        { ConstantField = ResetRules.StatsReset };

    /// <summary>The pairs of samples between which <c>stats_reset</c> moved.</summary>
    public static IReadOnlyList<(Sample Before, Sample After)> Moves(IReadOnlyList<Sample> statsReset)
    {
        var moves = new List<(Sample, Sample)>();
        Sample? earlier = null;
        foreach (var sample in statsReset)
        {
            if (earlier is { } before && sample.Value is not null && before.Value != sample.Value)
            {
                moves.Add((before, sample));
            }

            earlier = sample;
        }

        return moves;
    }

    /// <summary>Chooses the moves that a crash explains, as narrowly in time as is known.</summary>
    /// <param name="moves">Where the watched <c>stats_reset</c> moved.</param>
    /// <param name="witnesses">Samples of <c>stats_reset</c> of the other views, those that are collected.</param>
    /// <param name="startTime">Samples of <c>start_time</c> of the metric <c>server</c>.</param>
    /// <param name="changes">Restarts and failovers.</param>
    public static IEnumerable<ServerChange> Find(
        IReadOnlyList<(Sample Before, Sample After)> moves,
        IReadOnlyList<IReadOnlyList<Sample>> witnesses,
        IReadOnlyList<Sample> startTime,
        IReadOnlyList<ServerChange> changes)
    {
        foreach (var (before, after) in moves)
        {
            var near = changes.Where(change => change.LiesBetween(before.At, after.At)).ToList();
            if (near.Exists(change => change.Reason == ResetReason.Failover))
            {
                continue;
            }

            double?[] seen =
            [
                .. witnesses.Select(witness => witness.FirstOrDefault(sample => sample.At >= after.At).Value)
                    .Where(value => value is not null),
            ];
            var crashed = seen.Length > 0
                ? seen.All(value => value == after.Value)
                : near.Count > 0 && startTime.LastOrDefault(sample => sample.At <= near[^1].Until).Value <= after.Value;
            if (!crashed)
            {
                continue;
            }

            // The crash lies inside both windows, so inside what they share.
            yield return near is [.., var restart]
                ? new ServerChange(Later(before.At, restart.After), Earlier(after.At, restart.Until), ResetReason.Restart)
                { ClearsCounters = true }
                : new ServerChange(before.At, after.At, ResetReason.Crash) { ClearsCounters = true };
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
