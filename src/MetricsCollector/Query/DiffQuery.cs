using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>A checked question for what changed between two instants.</summary>
/// <param name="Question">The range, and of each counter its increase and its rate.</param>
/// <param name="From">The first instant.</param>
/// <param name="To">The second.</param>
/// <param name="Order">The counter that orders series, which then are one item each; null for an item of each counter.</param>
/// <param name="Limit">At most so many items.</param>
/// <param name="Skip">How many items the pages before had.</param>
internal sealed record DiffQuery(RangeQuery Question, DateTimeOffset From, DateTimeOffset To, Field? Order, int Limit, int Skip)
{
    // Looking for single series pays for some; for more of them the store gives all at once.
    private const int LookedUpOneByOne = 20;
    private const int Portion = 1_000;

    /// <summary>Answers.</summary>
    public async Task<DiffResult> AnswerAsync(ISnapshotReader reader, ServerHistory history, CancellationToken cancellationToken)
    {
        var moved = Question.Fields.Count == 0 ? [] : await ReadAsync(reader, history, cancellationToken);
        List<DiffItem> shown = [.. moved.Skip(Skip).Take(Limit)];
        var reasons = new GapReasons(reader, Question.Filter.Metric!);
        var attributes = await AttributesAsync(reader, [.. shown.Select(item => item.Series).Distinct()], cancellationToken);
        for (var i = 0; i < shown.Count; i++)
        {
            var item = await ExplainAsync(reasons, shown[i], cancellationToken);
            shown[i] = item with { Attributes = attributes.GetValueOrDefault(item.Series, item.Attributes) };
        }

        var end = Skip + shown.Count;
        var leftOut = Math.Max(0, moved.Count - end);
        return new DiffResult(From, To, shown, leftOut, leftOut == 0 ? null : new DiffPosition(From, To, end));
    }

    private static async Task<DiffItem> ExplainAsync(GapReasons reasons, DiffItem item, CancellationToken cancellationToken)
    {
        if (item.Fields is null)
        {
            return item with { First = await ExplainedAsync(item.First) };
        }

        var fields = new List<DiffField>(item.Fields.Count);
        foreach (var field in item.Fields)
        {
            fields.Add(await ExplainedAsync(field));
        }

        return item with { First = fields.First(field => field.Field == item.First.Field), Fields = fields };

        async Task<DiffField> ExplainedAsync(DiffField field) => field with
        {
            Gaps = await reasons.ExplainAsync(
                item.Series.Target, [.. field.Gaps.Select(gap => new Gap(gap.From, gap.To))], cancellationToken),
        };
    }

    private async Task<List<DiffItem>> ReadAsync(ISnapshotReader reader, ServerHistory history, CancellationToken cancellationToken)
    {
        var read = new List<(SeriesKey Series, DiffField Field)>();
        ComputedSeries? delta = null;
        await foreach (var computed in Question.EvaluateAsync(reader, history, cancellationToken))
        {
            // The increase of a field comes first, then its rate.
            if (computed.Field.Range.Function == RangeFunction.Delta)
            {
                delta = computed;
                continue;
            }

            var result = delta!.Result;
            ExplainedGap[] gaps = [.. result.Gaps.Select(gap => new ExplainedGap(gap.From, gap.To, null))];
            var (increase, perSecond) = (result.Points[0].Value, computed.Result.Points[0].Value);
            read.Add((
                new SeriesKey(delta.Target!, Question.Filter.Metric!, delta.Labels),
                new DiffField(delta.Field.Field.Name, delta.Field.Unit, increase, perSecond, 0, result.Resets, gaps)));
        }

        var whole = read.GroupBy(one => one.Field.Field)
            .ToDictionary(group => group.Key, group => group.Sum(one => one.Field.Increase ?? 0));
        var shares = read.Select(one => one with { Field = one.Field with { Share = ShareOf(one.Field) } });
        return Order is null ? Single(shares) : Together(shares, Order.Name);

        double ShareOf(DiffField field) => whole[field.Field] is > 0 and var sum ? (field.Increase ?? 0) / sum : 0;
    }

    // Pages are cut from a list that is made again for each: its order may not depend on that of the store.
    private static List<DiffItem> Single(IEnumerable<(SeriesKey Series, DiffField Field)> read) =>
    [
        .. read.Where(one => one.Field.Increase is not (null or 0))
            .Select(one => new DiffItem(one.Series, one.Field, null))
            .OrderByDescending(item => item.First.Share)
            .ThenByDescending(item => item.First.Increase)
            .ThenBy(item => item.Series.Target, StringComparer.Ordinal)
            .ThenBy(item => item.Series.Labels.ToJson(), StringComparer.Ordinal)
            .ThenBy(item => item.First.Field, StringComparer.Ordinal),
    ];

    private static List<DiffItem> Together(IEnumerable<(SeriesKey Series, DiffField Field)> read, string order) =>
    [
        .. read.GroupBy(one => one.Series, one => one.Field)
            .Where(series => series.Any(field => field.Increase is not (null or 0)))
            .Select(series => new DiffItem(series.Key, series.First(field => field.Field == order), [.. series]))
            .OrderByDescending(item => item.First.Increase ?? 0)
            .ThenBy(item => item.Series.Target, StringComparer.Ordinal)
            .ThenBy(item => item.Series.Labels.ToJson(), StringComparer.Ordinal),
    ];

    private static async Task<Dictionary<SeriesKey, IReadOnlyDictionary<string, string>>> AttributesAsync(
        ISnapshotReader reader, IReadOnlyList<SeriesKey> series, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SeriesKey, IReadOnlyDictionary<string, string>>();
        var wanted = series.ToHashSet();
        IEnumerable<SeriesFilter> filters = series.Count <= LookedUpOneByOne
            ? series.Select(key => new SeriesFilter(
                key.Target, key.Metric, [.. key.Labels.Items.Select(label => new LabelMatcher(label.Key, label.Value))]))
            : series.Select(key => new SeriesFilter(key.Target, key.Metric)).DistinctBy(filter => filter.Target);
        foreach (var filter in filters)
        {
            for (var after = 0; ;)
            {
                var read = await reader.FindSeriesAsync(filter, after, Portion, cancellationToken);
                foreach (var one in read.Where(one => wanted.Contains(one.Key)))
                {
                    found[one.Key] = one.Attributes;
                }

                if (read.Count < Portion)
                {
                    break;
                }

                after = read[^1].Id;
            }
        }

        return found;
    }
}
