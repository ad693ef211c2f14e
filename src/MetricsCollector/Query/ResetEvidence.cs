using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>What else than its own value tells that a counter began anew.</summary>
public sealed class ResetEvidence
{
    private readonly Dictionary<DateTimeOffset, double?> _statsReset;
    private readonly IReadOnlyList<ServerChange> _changes;

    /// <summary>Takes the evidence about one series.</summary>
    /// <param name="statsReset">Samples of the field <c>stats_reset</c> of the series; empty when the metric has none.</param>
    /// <param name="changes">Restarts and failovers of the target, in order of time.</param>
    public ResetEvidence(IReadOnlyList<Sample> statsReset, IReadOnlyList<ServerChange> changes)
    {
        _statsReset = new Dictionary<DateTimeOffset, double?>(statsReset.Count);
        foreach (var (at, value) in statsReset)
        {
            _statsReset[at] = value;
        }

        _changes = changes;
    }

    /// <summary>No evidence: only the value counts.</summary>
    public static ResetEvidence None { get; } = new([], []);

    /// <summary>Why the counter began anew between two of its values; null when it did not.</summary>
    /// <remarks>A server that is started anew in order keeps its counters: a restart explains a drop, but is none.</remarks>
    public ResetReason? Between(Sample earlier, Sample later)
    {
        var change = ChangeBetween(earlier.At, later.At);
        if (change == ResetReason.Failover)
        {
            return change;
        }

        // Null before: nobody had reset the statistics yet.
        if (_statsReset.TryGetValue(later.At, out var after) && after is not null && _statsReset.TryGetValue(earlier.At, out var before) && before != after)
        {
            return ResetReason.StatsReset;
        }

        return later.Value < earlier.Value ? change ?? ResetReason.ValueDrop : null;
    }

    private ResetReason? ChangeBetween(DateTimeOffset earlier, DateTimeOffset later)
    {
        ResetReason? found = null;
        foreach (var change in _changes)
        {
            if (change.LiesBetween(earlier, later) && found != ResetReason.Failover)
            {
                found = change.Reason;
            }
        }

        return found;
    }
}
