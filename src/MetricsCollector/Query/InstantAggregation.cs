using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>
/// Makes few series of many before anything is computed: the series of a target that agree on some labels become one at every collection.
/// The greatest of a sum is not the sum of what was greatest at different times.
/// </summary>
/// <param name="aggregation">How values of one instant become one; NULL, NaN and the infinities are no values.</param>
/// <param name="groupBy">Names of labels, or <see cref="SeriesAggregation.TargetName"/>; none makes one series of all.</param>
/// <param name="range">What is computed then; the results of several targets become one step by step.</param>
internal sealed class InstantAggregation(Aggregation aggregation, IReadOnlyList<string> groupBy, RangeRequest range)
{
    private readonly Dictionary<(string Target, LabelSet Labels), List<Instant>> _groups = [];
    private readonly List<SeriesKey> _order = [];

    /// <summary>Adds a series.</summary>
    /// <param name="series">Its target and labels; a label it does not have is absent from its group too.</param>
    /// <param name="samples">In order of time.</param>
    public void Add(SeriesKey series, IReadOnlyList<Sample> samples)
    {
        var labels = LabelSet.Of(series.Labels.Items.Where(label => groupBy.Contains(label.Key)));
        if (!_groups.TryGetValue((series.Target, labels), out var group))
        {
            group = [];
            _order.Add(series with { Labels = labels });
        }

        _groups[(series.Target, labels)] = Merge(group, samples);
    }

    /// <summary>The groups, in the order in which their first series came.</summary>
    public IReadOnlyList<SeriesGroup> Groups()
    {
        var groups = new SeriesAggregation(aggregation, groupBy);
        foreach (var key in _order)
        {
            groups.Add(key, RangeEvaluator.Evaluate(range, [.. _groups[(key.Target, key.Labels)].Select(Value)]));
        }

        return groups.Groups();
    }

    private List<Instant> Merge(List<Instant> group, IReadOnlyList<Sample> samples)
    {
        var merged = new List<Instant>(Math.Max(group.Count, samples.Count));
        var next = 0;
        foreach (var sample in samples)
        {
            if (sample.At < range.From || sample.At > range.To || sample.Value is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            while (next < group.Count && group[next].At < sample.At)
            {
                merged.Add(group[next++]);
            }

            if (next < group.Count && group[next].At == sample.At)
            {
                var known = group[next++];
                merged.Add(new Instant(sample.At, SeriesAggregation.Join(aggregation, known.Value, value), known.Count + 1));
            }
            else
            {
                merged.Add(new Instant(sample.At, value, 1));
            }
        }

        merged.AddRange(group.Skip(next));
        return merged;
    }

    private Sample Value(Instant one) => new(one.At, aggregation == Aggregation.Avg ? one.Value / one.Count : one.Value);

    private readonly record struct Instant(DateTimeOffset At, double Value, int Count);
}
