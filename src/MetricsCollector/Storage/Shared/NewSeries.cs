using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>A series that the writer meets for the first time.</summary>
/// <param name="target">The store's number of its target.</param>
/// <param name="metric">The store's number of its metric.</param>
/// <param name="labels">Its labels.</param>
/// <param name="entry">What the writer learns about it.</param>
internal sealed class NewSeries(int target, int metric, LabelSet labels, SeriesEntry entry) : IComparable<NewSeries>
{
    /// <summary>The store's number of its target.</summary>
    public int Target { get; } = target;

    /// <summary>The store's number of its metric.</summary>
    public int Metric { get; } = metric;

    /// <summary>Its labels as the store keeps them.</summary>
    public string LabelsJson { get; } = labels.ToJson();

    /// <summary>What the writer learns about it.</summary>
    public SeriesEntry Entry { get; } = entry;

    /// <summary>Takes what is stored, which may be more than this batch knows, and notes where the batch goes beyond it.</summary>
    public void TakeStored(DateTimeOffset firstSeen, DateTimeOffset lastSeen, IReadOnlyDictionary<string, string> attributes)
    {
        var (first, last, texts) = (Entry.FirstSeen, Entry.LastSeen, Entry.Attributes);
        (Entry.FirstSeen, Entry.LastSeen, Entry.Attributes) = (firstSeen, lastSeen, attributes);
        Entry.Changed = Entry.AttributesChanged = false;
        Entry.See(first, null);
        Entry.See(last, texts);
    }

    /// <inheritdoc />
    public int CompareTo(NewSeries? other) =>
        other is null ? 1 : (Target, Metric, LabelsJson).CompareTo((other.Target, other.Metric, other.LabelsJson));
}
