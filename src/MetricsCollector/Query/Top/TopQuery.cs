using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Top;

/// <summary>A checked question for the groups of series that did most in a range.</summary>
/// <param name="Question">The range as one step: of each counter its increase, of each gauge its last value.</param>
/// <param name="By">Labels on which the series of a group agree; null for each series by itself.</param>
/// <param name="Shown">The fields of the answer.</param>
/// <param name="Order">The field that ranks, one of <paramref name="Shown"/>.</param>
/// <param name="Measure">What of it ranks.</param>
/// <param name="Limit">At most so many rows.</param>
/// <param name="Compare">How long before the range the previous one lies; null for none.</param>
internal sealed record TopQuery(
    RangeQuery Question, IReadOnlyList<string>? By, IReadOnlyList<Field> Shown, Field Order, TopMeasure Measure, int Limit,
    TimeSpan? Compare)
{
    /// <summary>The counter that counts calls.</summary>
    public const string Calls = "calls";

    // A group of thousands of series may have been reset, and have missed values, thousands of times.
    private const int MostTold = 20;

    private int CallsPlace => PlaceOf(Calls);

    /// <summary>The range; its end is included.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Range => (Question.Range.From, Question.Range.To);

    /// <summary>The range before; null when nobody asked for it.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? Previous =>
        Compare is { } back ? (Question.Range.From - back, Question.Range.To - back) : null;

    /// <summary>Answers.</summary>
    public async Task<TopResult> AnswerAsync(ISnapshotReader reader, ServerHistory history, CancellationToken cancellationToken)
    {
        var now = await TopGroups.ReadAsync(Question, By, reader, history, cancellationToken);
        var before = Previous is { } range
            ? await TopGroups.ReadAsync(At(range.From, range.To), By, reader, history, cancellationToken)
            : null;
        var ranked = Rank(now);
        var shown = ranked.Take(Limit).ToList();
        var (rows, rest, whole) = TopParts.Of(Question.Fields.Count, ranked, shown, before);
        var attributes = await TopAttributes.ReadAsync(reader, shown, cancellationToken);
        var reasons = new GapReasons(reader, Question.Filter.Metric!);
        var told = new List<TopRow>(shown.Count);
        foreach (var (i, group) in shown.Index())
        {
            told.Add(new TopRow(group.Target, group.Labels, 1, Fields(rows[i], whole))
            {
                Resets = [.. group.Resets.Take(MostTold)],
                Gaps = await ExplainAsync(reasons, group, cancellationToken),
                Attributes = attributes[i],
            });
        }

        return new TopResult(
            told,
            new TopRow(null, LabelSet.Empty, ranked.Count - shown.Count, Fields(rest, whole)),
            new TopRow(null, LabelSet.Empty, ranked.Count, Fields(whole, whole)),
            [.. now.All.SelectMany(group => group.Series).Select(series => series.Target).Distinct(StringComparer.Ordinal)]);
    }

    private static async Task<IReadOnlyList<ExplainedGap>> ExplainAsync(
        GapReasons reasons, TopGroup group, CancellationToken cancellationToken)
    {
        var explained = new List<ExplainedGap>();
        foreach (var (target, gap) in group.Gaps.Take(MostTold))
        {
            explained.AddRange(await reasons.ExplainAsync(target, [gap], cancellationToken));
        }

        return explained;
    }

    private RangeQuery At(DateTimeOffset from, DateTimeOffset to) =>
        Question with { Fields = [.. Question.Fields.Select(field => field with { Range = field.Range with { From = from, To = to } })] };

    private int PlaceOf(string field) => Question.Fields.Index().FirstOrDefault(one => one.Item.Field.Name == field, (-1, null!)).Index;

    // What did not move is not listed, and adds nothing to the remainder; a gauge says something at 0 too.
    private List<TopGroup> Rank(TopGroups groups)
    {
        int[] places = [.. Shown.Select(field => PlaceOf(field.Name))];
        var order = PlaceOf(Order.Name);
        return
        [
            .. groups.All.Where(group => places.Any(place => Says(place, group.Sums.Values[place])))
                .OrderByDescending(group => Amount(group.Sums, order, Measure))
                .ThenBy(group => group.Target, StringComparer.Ordinal)
                .ThenBy(group => group.Labels.ToJson(), StringComparer.Ordinal),
        ];
    }

    private bool Says(int place, double? value) =>
        IsCounter(place) ? value is not (null or 0) : value is not null;

    private bool IsCounter(int place) => Question.Fields[place].Field.Kind == FieldKind.Counter;

    private double? Amount(TopSums sums, int place, TopMeasure measure) => measure switch
    {
        TopMeasure.Rate => sums.Rates[place],
        TopMeasure.PerCall => CallsPlace >= 0 && sums.Values[CallsPlace] is { } calls and not 0 ? sums.Values[place] / calls : null,
        _ => sums.Values[place],
    };

    private IReadOnlyList<TopField> Fields((TopSums Now, TopSums? Before) sums, (TopSums Now, TopSums? Before) whole) =>
    [
        .. Shown.Select(field => (Field: field, Place: PlaceOf(field.Name))).Select(one => new TopField(
            one.Field,
            Amounts(sums.Now, one.Place),
            whole.Now.Values[one.Place] is { } all and not 0 ? (sums.Now.Values[one.Place] ?? 0) / all : null,
            sums.Before is { } before && before.Values[one.Place] is not null ? Amounts(before, one.Place) : null)),
    ];

    private TopAmounts Amounts(TopSums sums, int place) => IsCounter(place)
        ? new TopAmounts(sums.Values[place], sums.Rates[place], Amount(sums, place, TopMeasure.PerCall), null)
        : new TopAmounts(null, null, null, sums.Values[place]);
}
