using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Targets;

/// <summary>
/// Decides when texts that describe series are worth asking for before their time: when a series is seen whose text was never asked for.
/// Each series counts once, and where new ones keep coming the extra questions come at most so often.
/// </summary>
internal sealed class MissingTexts
{
    // In the time after which texts are asked for anyway.
    private const int MostExtra = 6;

    // Labels that are remembered; more of them than any usual number of statements.
    private const int MostRemembered = 20_000;

    private readonly HashSet<(string Metric, LabelSet Labels)> _sought = [];
    private double _allowance = MostExtra;
    private DateTimeOffset? _refilled;

    /// <summary>Whether to ask for the texts with the next collection.</summary>
    /// <param name="described">The series that were read.</param>
    /// <param name="asked">Whether their texts were asked for at the same time: what still lacks one then has none.</param>
    /// <param name="interval">How often texts are asked for anyway.</param>
    /// <param name="now">The time.</param>
    public bool AreWorthAsking(Snapshot described, bool asked, TimeSpan interval, DateTimeOffset now)
    {
        var refill = now - (_refilled ?? now);
        _allowance = Math.Clamp(_allowance + (refill / interval * MostExtra), 0, MostExtra);
        _refilled = now;
        var missing = described.Rows
            .Where(row => row.Attributes is null or { Count: 0 } && !_sought.Contains((described.Metric, row.Labels)))
            .Select(row => (described.Metric, row.Labels))
            .ToList();
        if (missing.Count == 0 || (!asked && _allowance < 1))
        {
            return false;
        }

        if (_sought.Count + missing.Count > MostRemembered)
        {
            _sought.Clear();
        }

        _sought.UnionWith(missing);
        _allowance -= asked ? 0 : 1;
        return !asked;
    }
}
