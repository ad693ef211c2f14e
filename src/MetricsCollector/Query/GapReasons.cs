using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>Finds out why values are missing: what the store says of the collections in between.</summary>
internal sealed class GapReasons(ISnapshotReader reader, string metric)
{
    // Every gap is one more question to the store; an answer with more gaps than this is not read one by one.
    private const int MostLookedUp = 20;

    private readonly Dictionary<(string Target, Gap Gap), string> _known = [];

    /// <summary>The gaps with their reasons.</summary>
    public async Task<IReadOnlyList<ExplainedGap>> ExplainAsync(
        string? target, IReadOnlyList<Gap> gaps, CancellationToken cancellationToken)
    {
        if (gaps.Count == 0)
        {
            return [];
        }

        var explained = new List<ExplainedGap>(gaps.Count);
        foreach (var gap in gaps)
        {
            explained.Add(new ExplainedGap(gap.From, gap.To, target is null ? null : await ReasonAsync(target, gap, cancellationToken)));
        }

        return explained;
    }

    private async Task<string?> ReasonAsync(string target, Gap gap, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((target, gap), out var reason) || _known.Count >= MostLookedUp)
        {
            return reason;
        }

        var inside = new SnapshotRange(
            new SeriesFilter(target, metric), gap.From.AddMilliseconds(1), gap.To.AddMilliseconds(-1), Descending: false, Limit: 1);
        reason = await reader.ReadSnapshotsAsync(inside, cancellationToken) is [var snapshot, ..]
            ? Describe(snapshot.Outcome)
            : "nothing was collected or stored";
        _known.Add((target, gap), reason);
        return reason;
    }

    private static string Describe(Outcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Failed => $"failed: {outcome.Reason}",
        OutcomeStatus.Skipped => $"skipped: {outcome.Reason}",
        _ => "the metric was read, but had no value for this series",
    };
}
