using System.Collections.Concurrent;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>Tells when targets were started anew or replaced by another server, and remembers since when they were not.</summary>
/// <param name="reader">Where the history of the <c>server</c> metric is.</param>
/// <param name="latest">What the servers say now.</param>
public sealed class ServerHistory(ISnapshotReader reader, LatestSnapshots latest)
{
    // How far before the range the last snapshot of the server metric may lie.
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(5);

    // Start of the server that answers now, and an instant from which on it was the only one.
    private readonly ConcurrentDictionary<string, (double Start, DateTimeOffset Since)> _same = new(StringComparer.Ordinal);

    /// <summary>The changes of a range, by target; targets without one are absent.</summary>
    /// <param name="target">Name of a target, or null for all.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Last instant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ServerChange>>> ChangesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, IReadOnlyList<ServerChange>>(StringComparer.Ordinal);
        var filter = new SeriesFilter(target, ServerChanges.Metric);
        var current = latest.Find(filter).ToDictionary(snapshot => snapshot.Target, StartOf, StringComparer.Ordinal);
        if (current.Count > 0 && current.All(server => IsSame(server.Key, server.Value, from)))
        {
            return changes;
        }

        var samples = new List<SeriesSamples>();
        await foreach (var read in reader.ReadSummariesAsync(filter, ServerChanges.Fields, from, to, LookBack, ServerChanges.Summaries, cancellationToken))
        {
            samples.Add(read with { Samples = read.WithEnds() });
        }

        foreach (var series in samples.GroupBy(read => read.Series.Target))
        {
            var found = ServerChanges.Find(Of(series, 0), Of(series, 1), Of(series, 2), Of(series, 3));
            if (found.Count > 0)
            {
                changes[series.Key] = found;
            }
            else if (current.GetValueOrDefault(series.Key) is { } start && Of(series, 0) is [.., { Value: { } last }] && last == start)
            {
                _same.AddOrUpdate(series.Key, (start, from), (_, known) => known.Start == start && known.Since < from ? known : (start, from));
            }
        }

        return changes;
    }

    private static double? StartOf(Snapshot snapshot)
    {
        var place = snapshot.Fields.ToList().IndexOf(ServerChanges.Fields[0]);
        return place >= 0 && snapshot.Rows is [var row, ..] && place < row.Readings.Length ? row.Readings[place] : null;
    }

    private static IReadOnlyList<Sample> Of(IEnumerable<SeriesSamples> series, int field) =>
        series.FirstOrDefault(read => read.Field == ServerChanges.Fields[field])?.Samples ?? [];

    // A server that does not answer now has no start; what it was before is not known to be the same.
    private bool IsSame(string target, double? start, DateTimeOffset from) =>
        start is { } now && _same.TryGetValue(target, out var known) && known.Start == now && known.Since <= from;
}
