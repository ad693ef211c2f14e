using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Top;

/// <summary>The groups of one range.</summary>
internal sealed class TopGroups
{
    private readonly Dictionary<(string? Target, LabelSet Labels), TopGroup> _groups = [];
    private readonly IReadOnlyList<string>? _by;
    private readonly int _fields;

    private TopGroups(IReadOnlyList<string>? by, int fields) => (_by, _fields) = (by, fields);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<TopGroup> All => _groups.Values;

    /// <summary>Reads them.</summary>
    /// <param name="question">One step, with one function for each field.</param>
    /// <param name="by">Labels on which the series of a group agree; null for each series by itself.</param>
    /// <param name="reader">The store.</param>
    /// <param name="history">What resets counters.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<TopGroups> ReadAsync(
        RangeQuery question, IReadOnlyList<string>? by, ISnapshotReader reader, ServerHistory history, CancellationToken cancellationToken)
    {
        var groups = new TopGroups(by, question.Fields.Count);
        var places = question.Fields.Index().ToDictionary(field => field.Item.Field.Name, field => field.Index, StringComparer.Ordinal);
        (SeriesKey? Series, TopGroup? Group) current = default;
        await foreach (var read in question.ReadAsync(reader, history, cancellationToken))
        {
            if (!ReferenceEquals(read.Series, current.Series))
            {
                current = (read.Series, groups.Of(read.Series));
                current.Group!.Series.Add(read.Series);
            }

            var result = RangeEvaluator.Evaluate(read.Range, read.Samples, read.Evidence, read.Summaries);
            var place = places[read.Field.Field.Name];
            current.Group!.Sums.Add(place, result.Points[0].Value, result.RateOf(0));
            current.Group.Note(read.Series.Target, result);
        }

        return groups;
    }

    /// <summary>The group with the same labels; null when there is none.</summary>
    public TopGroup? Find(TopGroup group) => _groups.GetValueOrDefault((group.Target, group.Labels));

    private TopGroup Of(SeriesKey series)
    {
        var key = _by is null
            ? (series.Target, series.Labels)
            : (_by.Contains(SeriesAggregation.TargetName) ? series.Target : null,
                LabelSet.Of(series.Labels.Items.Where(label => label.Key != SeriesAggregation.TargetName && _by.Contains(label.Key))));
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = new TopGroup(key.Item1, key.Item2, _fields));
        }

        return group;
    }
}
