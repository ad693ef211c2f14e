using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>What else than its own value tells that a counter began anew.</summary>
public sealed class ResetEvidence
{
    private readonly Dictionary<DateTimeOffset, double?> _statsReset;
    private readonly IReadOnlyList<ServerChange> _changes;
    private readonly IReadOnlyList<SampleSummary> _steady;

    /// <summary>Takes the evidence about one series.</summary>
    /// <param name="statsReset">Samples of the field <c>stats_reset</c> of the series; empty when the metric has none.</param>
    /// <param name="changes">Restarts and failovers of the target, in order of time.</param>
    /// <param name="steady">Windows, in order of time, in which <c>stats_reset</c> stayed as it was; null for none.</param>
    public ResetEvidence(IReadOnlyList<Sample> statsReset, IReadOnlyList<ServerChange> changes, IReadOnlyList<SampleSummary>? steady = null)
    {
        _steady = steady ?? [];
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
        if (TryGetStatsReset(later.At, out var after) && after is not null && TryGetStatsReset(earlier.At, out var before) && before != after)
        {
            return ResetReason.StatsReset;
        }

        return later.Value < earlier.Value ? change ?? ResetReason.ValueDrop : null;
    }

    private bool TryGetStatsReset(DateTimeOffset at, out double? value)
    {
        if (_statsReset.TryGetValue(at, out value))
        {
            return true;
        }

        var (low, high) = (0, _steady.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_steady[middle].From <= at && at <= _steady[middle].To)
            {
                value = _steady[middle].First;
                return true;
            }

            (low, high) = _steady[middle].From > at ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
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
