using MetricsCollector.Query.Functions;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>The intervals at which the targets of a query were asked for its metric.</summary>
internal sealed class QueriedIntervals
{
    // Targets whose intervals changed at many different instants share one limit for all summaries.
    private const int MostPieces = 100;

    private readonly Dictionary<string, IntervalHistory> _recorded;
    private readonly IntervalHistory _otherwise;

    private QueriedIntervals(Dictionary<string, IntervalHistory> recorded, TimeSpan today) =>
        (_recorded, _otherwise) = (recorded, IntervalHistory.Always(today));

    /// <summary>Reads them.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="target">The one target that is asked for; null for all.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="today">The interval of targets of which nothing is recorded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<QueriedIntervals> ReadAsync(
        ISnapshotReader reader, string? target, string metric, TimeSpan today, CancellationToken cancellationToken)
    {
        var stored = await reader.ReadIntervalsAsync(target, metric, cancellationToken);
        var recorded = stored.GroupBy(one => one.Target, StringComparer.Ordinal)
            .ToDictionary(one => one.Key, IntervalHistory.Of, StringComparer.Ordinal);
        return new QueriedIntervals(recorded, today) { IsComplete = target is not null && recorded.Count > 0 };
    }

    private bool IsComplete { get; init; }

    // Which targets have series of which nothing is recorded is not known before they are read.
    private IEnumerable<IntervalHistory> All => IsComplete ? _recorded.Values : _recorded.Values.Append(_otherwise);

    /// <summary>Those of one target.</summary>
    public IntervalHistory Of(string target) => _recorded.GetValueOrDefault(target, _otherwise);

    /// <summary>The longest that was in force at an instant, of all targets.</summary>
    public TimeSpan LongestAt(DateTimeOffset at) => All.Max(one => one.At(at));

    /// <summary>How far apart the values of a summary may lie, piece by piece of a range.</summary>
    public IReadOnlyList<GapLimit> Limits(DateTimeOffset from, DateTimeOffset to)
    {
        DateTimeOffset[] starts = [from, .. All.SelectMany(one => one.Changes).Where(at => at > from && at < to).Distinct().Order()];
        if (starts.Length > MostPieces)
        {
            return [new GapLimit(from, to, starts.Min(Shortest) * GapRule.Intervals)];
        }

        var limits = new List<GapLimit>();
        for (var i = 0; i < starts.Length; i++)
        {
            var until = i + 1 < starts.Length ? starts[i + 1] : to;
            var longest = Shortest(starts[i]) * GapRule.Intervals;
            if (limits is [.., var last] && last.Longest == longest)
            {
                limits[^1] = last with { To = until };
            }
            else
            {
                limits.Add(new GapLimit(starts[i], until, longest));
            }
        }

        return limits;
    }

    private TimeSpan Shortest(DateTimeOffset at) => All.Min(one => one.At(at));
}
