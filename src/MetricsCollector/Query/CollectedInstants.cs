using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>
/// When a metric was read whole. A row that is missing from such a collection was not there, which is 0 for a gauge that counts; a
/// collection that failed says nothing.
/// </summary>
internal sealed class CollectedInstants
{
    private readonly Dictionary<string, DateTimeOffset[]> _byTarget;

    private CollectedInstants(Dictionary<string, DateTimeOffset[]> byTarget) => _byTarget = byTarget;

    /// <summary>Reads them for a range.</summary>
    public static async Task<CollectedInstants> ReadAsync(
        ISnapshotReader reader, string? target, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var instants = await reader.ReadCollectedInstantsAsync(target, metric, from, to, cancellationToken);
        return new CollectedInstants(instants
            .GroupBy(one => one.Target, StringComparer.Ordinal)
            .ToDictionary(one => one.Key, one => one.Select(instant => instant.At).ToArray(), StringComparer.Ordinal));
    }

    /// <summary>The samples of a series, in order of time, with 0 where its row was missing.</summary>
    public IReadOnlyList<Sample> Fill(string target, IReadOnlyList<Sample> samples)
    {
        var instants = _byTarget.GetValueOrDefault(target, []);
        var filled = new List<Sample>(Math.Max(instants.Length, samples.Count));
        var next = 0;
        foreach (var at in instants)
        {
            while (next < samples.Count && samples[next].At < at)
            {
                filled.Add(samples[next++]);
            }

            if (next == samples.Count || samples[next].At > at)
            {
                filled.Add(new Sample(at, 0));
            }
        }

        filled.AddRange(samples.Skip(next));
        return filled;
    }
}
