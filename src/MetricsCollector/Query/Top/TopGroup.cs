using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Top;

/// <summary>The series that agree on some labels, and what they did together.</summary>
/// <param name="target">Their target; null when they may have several.</param>
/// <param name="labels">The labels on which they agree.</param>
/// <param name="fields">How many fields are summed.</param>
internal sealed class TopGroup(string? target, LabelSet labels, int fields)
{
    private HashSet<Reset>? _resets;
    private HashSet<(string Target, Gap Gap)>? _gaps;

    public string? Target => target;

    public LabelSet Labels => labels;

    public TopSums Sums { get; } = new(fields);

    public List<SeriesKey> Series { get; } = [];

    /// <summary>Resets of its counters, in order of time.</summary>
    public IEnumerable<Reset> Resets => (_resets ?? []).OrderBy(reset => reset.At).ThenBy(reset => reset.Reason);

    /// <summary>Gaps of its counters, in order of time.</summary>
    public IEnumerable<(string Target, Gap Gap)> Gaps => (_gaps ?? [])
        .OrderBy(gap => gap.Gap.From).ThenBy(gap => gap.Gap.To).ThenBy(gap => gap.Target, StringComparer.Ordinal);

    /// <summary>Takes note of where a counter of a series was reset and where values of it are missing.</summary>
    public void Note(string target, RangeResult result)
    {
        if (result.Resets.Count > 0)
        {
            (_resets ??= []).UnionWith(result.Resets);
        }

        if (result.Gaps.Count > 0)
        {
            (_gaps ??= []).UnionWith(result.Gaps.Select(gap => (target, gap)));
        }
    }
}
