using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>What a series did between two instants: one counter of it, or with an order several that are told together.</summary>
/// <param name="Series">The series.</param>
/// <param name="First">The counter, or the one that orders.</param>
/// <param name="Fields">All chosen counters; null where each is an item of its own.</param>
internal sealed record DiffItem(SeriesKey Series, DiffField First, IReadOnlyList<DiffField>? Fields)
{
    /// <summary>Texts that describe the series, such as the text of a statement.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
