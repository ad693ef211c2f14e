using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Series;

/// <summary>
/// Shows series with the time of their newest reading. The store notes that time only every few minutes; the newest snapshots are in
/// memory.
/// </summary>
internal sealed class LastSeen(LatestSnapshots latest)
{
    private readonly Dictionary<(string Target, string Metric), (DateTimeOffset At, HashSet<LabelSet> Rows)?> _newest = [];

    /// <summary>Shows a series.</summary>
    public SeriesResponse Show(StoredSeries series)
    {
        var shown = SeriesResponse.From(series);
        return Newest(series.Key) is var (at, rows) && at > series.LastSeen && rows.Contains(series.Key.Labels)
            ? shown with { LastSeen = at }
            : shown;
    }

    private (DateTimeOffset At, HashSet<LabelSet> Rows)? Newest(SeriesKey series)
    {
        if (!_newest.TryGetValue((series.Target, series.Metric), out var newest))
        {
            newest = latest.Find(series.Target, series.Metric) is { } snapshot
                ? (snapshot.CollectedAt, snapshot.Rows.Select(row => row.Labels).ToHashSet())
                : null;
            _newest[(series.Target, series.Metric)] = newest;
        }

        return newest;
    }
}
