using MetricsCollector.Catalog.Definitions;
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
    public IReadOnlyList<SnapshotRow> Describe(MetricDefinition metric, IEnumerable<SnapshotRow> rows)
    {
        if (!_byMetric.TryGetValue(metric.TextsOf ?? metric.Name, out var texts))
        {
            return [.. rows];
        }

        if (metric.TextsOf is null)
        {
            return [.. rows.Select(row => With(row, texts.GetValueOrDefault(row.Labels)))];
        }

        // Series of two metrics stand for the same where all labels that both have agree.
        string[] common = [.. metric.Labels.Select(label => label.Name).Where(name => texts.Keys.First()[name] is not null)];
        var byCommon = new Dictionary<LabelSet, IReadOnlyDictionary<string, string>>(texts.Count);
        foreach (var (labels, attributes) in texts)
        {
            byCommon.TryAdd(Common(labels), attributes);
        }

        return [.. rows.Select(row => With(row, byCommon.GetValueOrDefault(Common(row.Labels))))];

        LabelSet Common(LabelSet labels) => LabelSet.Of(labels.Items.Where(label => common.Contains(label.Key)));
    }

    private static SnapshotRow With(SnapshotRow row, IReadOnlyDictionary<string, string>? attributes) =>
        row.Attributes is null && attributes is not null ? row with { Attributes = attributes } : row;
}
