using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>A series the store knows.</summary>
/// <param name="Id">The store's number for it.</param>
/// <param name="Key">Target, metric and labels.</param>
/// <param name="Attributes">Texts that describe it, by name.</param>
/// <param name="FirstSeen">When it was first stored, UTC.</param>
/// <param name="LastSeen">When it was last stored, UTC; may lag by some minutes.</param>
public sealed record StoredSeries(
    int Id, SeriesKey Key, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);
