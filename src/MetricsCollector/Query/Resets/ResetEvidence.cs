using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Resets;

/// <summary>What else than its own value tells that a counter was reset.</summary>
public sealed class ResetEvidence
{
    private readonly Dictionary<DateTimeOffset, double?> _statsReset;
    private readonly IReadOnlyList<ServerChange> _changes;
    private readonly IReadOnlyList<SampleSummary> _steady;

    /// <summary>Takes the evidence about one series.</summary>
    /// <param name="statsReset">Samples of the field <c>stats_reset</c> of the series; empty when the metric has none.</param>
    /// <param name="changes">What happened to the target, in order of time.</param>
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

    private ResetEvidence(ResetEvidence other) =>
        (_statsReset, _changes, _steady, Falls, Rule) = (other._statsReset, other._changes, other._steady, other.Falls, other.Rule);

    /// <summary>No evidence: only the value counts.</summary>
    public static ResetEvidence None { get; } = new([], []);

    /// <summary>What a <c>stats_reset</c> that moved proves.</summary>
    public StatsResetRule Rule { get; init; } = StatsResetRule.ClearsRow;

    /// <summary>When a row was read in which some counter was less than in the row before it and <c>stats_reset</c> another.</summary>
    public IReadOnlyList<DateTimeOffset> Falls { get; init; } = [];

    /// <summary>The same evidence under another rule.</summary>
    public ResetEvidence With(StatsResetRule rule) => rule == Rule ? this : new ResetEvidence(this) { Rule = rule };

    /// <summary>Why the counter was reset between two of its values; null when it did not.</summary>
    /// <remarks>A server that is restarted in order keeps its counters: a restart explains a drop, but is none.</remarks>
    public ResetReason? Between(Sample earlier, Sample later)
    {
        var (change, clears) = ChangeBetween(earlier.At, later.At);
        if (change == ResetReason.Failover)
        {
            return change;
        }

        var fell = later.Value < earlier.Value;
        if (IsStatsReset(earlier.At, later.At, fell))
        {
            return ResetReason.StatsReset;
        }

        return clears ?? (fell ? change ?? ResetReason.ValueDrop : null);
    }

    private bool IsStatsReset(DateTimeOffset earlier, DateTimeOffset later, bool fell)
    {
        // Null before: nobody had reset the statistics yet. Null after: a crash forgot when they were, which the server's start tells.
        if (!TryGetStatsReset(later, out var after) || after is null || !TryGetStatsReset(earlier, out var before) || before == after)
        {
            return false;
        }

        return Rule switch
        {
            StatsResetRule.ClearsRow => true,
            StatsResetRule.NeedsFallInRow => fell || Falls.Any(at => at > earlier && at <= later),
            _ => fell,
        };
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

    private (ResetReason? Change, ResetReason? Clears) ChangeBetween(DateTimeOffset earlier, DateTimeOffset later)
    {
        ResetReason? found = null;
        ResetReason? clears = null;
        foreach (var change in _changes)
        {
            if (change.LiesBetween(earlier, later) && found != ResetReason.Failover)
            {
                found = change.Reason;
            }

            if (change.ClearsCounters && change.LiesWithin(earlier, later))
            {
                clears = change.Reason;
            }
        }

        return (found, clears);
    }
}
