using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Collections;

/// <summary>Texts that describe series and are asked for far less often than their readings, such as those of statements.</summary>
internal sealed class SeriesAttributes
{
    private readonly Dictionary<string, Dictionary<LabelSet, IReadOnlyDictionary<string, string>>> _byMetric = new(StringComparer.Ordinal);

    /// <summary>Takes the newest texts of a metric's series in place of those before; the store keeps what it has.</summary>
    public void Learn(string metric, IEnumerable<SnapshotRow> rows)
    {
        var texts = new Dictionary<LabelSet, IReadOnlyDictionary<string, string>>();
        foreach (var row in rows)
        {
            if (row.Attributes is { Count: > 0 } attributes)
            {
                texts[row.Labels] = attributes;
            }
        }

        if (texts.Count > 0)
        {
            _byMetric[metric] = texts;
        }
    }

    /// <summary>The rows of a metric with the texts that are known of their series.</summary>
    public IReadOnlyList<SnapshotRow> Describe(string metric, IEnumerable<SnapshotRow> rows) =>
        _byMetric.TryGetValue(metric, out var texts)
            ? [.. rows.Select(row => row.Attributes is null
                && texts.TryGetValue(row.Labels, out var attributes) ? row with { Attributes = attributes } : row)]
            : [.. rows];
}
