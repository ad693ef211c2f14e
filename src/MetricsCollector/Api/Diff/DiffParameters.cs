using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Diff;

/// <summary>The parameters of a diff.</summary>
internal static class DiffParameters
{
    private static readonly DeclaredParameter Field = new(
        "field",
        ParameterKind.Text,
        "Names of counters of the metric, such as `total_exec_time,calls` of `statements`. One item then tells all of them of a series. "
        + "May be given several times, or once with commas. All counters, with an item for each, when left out.")
    {
        Repeatable = true,
    };

    private static readonly DeclaredParameter Order = new(
        "order",
        ParameterKind.Text,
        "The counter whose increase orders the items, such as `calls`, the greatest first; "
        + "one item then tells all chosen counters of a series. The first of `field` when left out.");

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with
    {
        Description =
            "How many items a page has at most; `leftOut` says how many more there are (in formats other than `json` the header "
                + "`X-Left-Out`).",
    };

    private static readonly DeclaredParameter Page = CommonParameters.Cursor with
    {
        Description = CommonParameters.Cursor.Description + " Later pages keep the range of the first, also one that ends `now`.",
    };

    /// <summary>All of them.</summary>
    public static DeclaredParameter[] Declared { get; } =
    [
        CommonParameters.Target, CommonParameters.OneMetric, Field, Order, CommonParameters.From, CommonParameters.To,
        CommonParameters.Label, Limit, Page,
        RowFormats.Parameter,
    ];

    /// <summary>Reads them; null when something is wrong with them, which the parameters then know.</summary>
    /// <param name="parameters">What was asked.</param>
    /// <param name="names">The names that are known.</param>
    /// <param name="now">The time of the question.</param>
    /// <param name="settledUntil">Until when all snapshots of a target, or of all for null, are stored: the first page ends there, so that
    /// what comes later changes no page.</param>
    public static DiffQuery? Read(
        Parameters parameters, CatalogNames names, DateTimeOffset now, Func<string?, DateTimeOffset> settledUntil)
    {
        var metric = parameters.Metric(names);
        var filter = new SeriesFilter(parameters.Target(names), metric?.Name, parameters.Labels(metric));
        var (from, to) = parameters.Range(now);
        var limit = parameters.Int(Limit);
        var page = parameters.Cursor(Cursor.ToDiff);
        (from, to) = page is null ? (from, Ended(settledUntil(filter.Target))) : (page.From, page.To);
        var fields = parameters.IsGiven(Field) ? Counters(parameters, Field, metric) : [.. metric?.Fields.Where(IsCounter) ?? []];
        var order = parameters.IsGiven(Order) ? Counters(parameters, Order, metric) : parameters.IsGiven(Field) ? fields : [];
        if (order.Count > 1 && parameters.IsGiven(Order))
        {
            parameters.Refuse(Order, "orders by one counter; write one name");
        }

        if (metric is null || parameters.Problem() is not null)
        {
            return null;
        }

        var first = order is [var given, ..] ? given : null;
        return new DiffQuery(
            Question(filter, parameters.Globs(), [.. fields.Union(first is null ? [] : [first])], from, to, metric),
            from, to, first, limit, page?.Skip ?? 0);

        DateTimeOffset Ended(DateTimeOffset settled) => to <= settled ? to : settled > from ? settled : from;
    }

    private static RangeQuery Question(
        SeriesFilter filter, LabelGlobs globs, IReadOnlyList<Field> fields, DateTimeOffset from, DateTimeOffset to, MetricFacts metric)
    {
        // One step as long as time: the whole range is one point.
        var step = TimeSpan.FromDays(366 * 9000);
        var ranges = fields.SelectMany(
            _ => (RangeFunction[])[RangeFunction.Delta, RangeFunction.Rate],
            (field, function) => new FieldRange(field, new RangeRequest(from, to, step, function, field.Kind, metric.Interval.Value)));
        return new RangeQuery(filter, globs, [.. ranges], null, []) { Resets = metric.Resets };
    }

    private static List<Field> Counters(Parameters parameters, DeclaredParameter parameter, MetricFacts? metric)
    {
        var fields = parameters.Fields(parameter, metric);
        foreach (var gauge in fields.Where(field => !IsCounter(field)))
        {
            var counters = metric!.Fields.Where(IsCounter).Select(field => field.Name).ToList();
            var remedy = counters.Count == 0 ? "ask /api/v1/query for it" : $"write one of {string.Join(", ", counters)}";
            parameters.Refuse(parameter, $"'{gauge.Name}' is a gauge, which has no increase; {remedy}");
        }

        return [.. fields];
    }

    private static bool IsCounter(Field field) => field.Kind == FieldKind.Counter;
}
