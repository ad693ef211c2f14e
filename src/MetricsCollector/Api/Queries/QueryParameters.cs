using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Queries;

/// <summary>The parameters of a query, and how they become a <see cref="RangeQuery"/>.</summary>
internal static class QueryParameters
{
    private static readonly DeclaredParameter Field = new(
        "field", ParameterKind.Text,
        "Names of fields of the metric, as `/api/v1/metrics/{metric}` lists them. May be given several times, or once with commas.")
    {
        Required = true,
        Repeatable = true,
        Example = "xact_commit",
    };

    private static readonly DeclaredParameter Step = new(
        "step", ParameterKind.Duration, $"Length of a step: {Duration.Forms}. When left out, a round one that gives about 300 points and "
            + "is no shorter than the metric's interval. Steps start at multiples of their length since 1970; `raw` has none.");

    private static readonly DeclaredParameter Function = DeclaredParameter.ChoiceOf<RangeFunction>(
        "fn", "What to compute from the samples of each step. `rate` when left out and the field is a counter, `avg` when it is a gauge; "
            + "`raw` gives the samples themselves.");

    private static readonly DeclaredParameter GroupBy = new(
        "groupBy", ParameterKind.Text,
        "Labels, or `target`, such as `datname`: series that agree on them become one. May be given several times, or once with commas.")
    {
        Repeatable = true,
    };

    private static readonly DeclaredParameter Agg = DeclaredParameter.ChoiceOf<Aggregation>(
        "agg", "How series become one: those of a target at every collection, targets at every step. `sum` when left out and `groupBy` is "
            + "given; without `groupBy`, all series become one.");

    /// <summary>All of them.</summary>
    public static DeclaredParameter[] Declared { get; } =
    [
        CommonParameters.OneMetric,
        Field,
        CommonParameters.Target,
        CommonParameters.Label,
        CommonParameters.From,
        CommonParameters.To,
        Step,
        Function,
        GroupBy,
        Agg,
        RowFormats.Parameter,
    ];

    /// <summary>Reads them; null when something is wrong with them, which the parameters then know.</summary>
    public static RangeQuery? Read(Parameters parameters, CatalogNames names, DateTimeOffset now)
    {
        var metric = parameters.Metric(names);
        var filter = new SeriesFilter(parameters.Target(names), metric?.Name, parameters.Labels(metric));
        var globs = parameters.Globs();
        var (from, to) = parameters.Range(now);
        var step = parameters.Duration(Step);
        var function = parameters.Choice<RangeFunction>(Function);
        var aggregation = parameters.Choice<Aggregation>(Agg);
        var groupBy = parameters.Texts(GroupBy);
        foreach (var label in groupBy.Where(label => label != SeriesAggregation.TargetName))
        {
            parameters.CheckLabel(GroupBy, label, metric);
        }

        var fields = parameters.Fields(Field, metric);
        if (fields.Count == 0 || parameters.Problem() is not null)
        {
            return null;
        }

        var interval = metric!.Interval.Value;
        var length = step ?? StepChoice.Automatic(from, to, interval);
        FieldRange[] ranges = [.. fields.Select(field => new FieldRange(
            field, new RangeRequest(from, to, length, function ?? DefaultFunction(field.Kind), field.Kind, interval)))];
        aggregation ??= groupBy.Count > 0 ? Aggregation.Sum : null;
        CheckPoints(parameters, ranges[0].Range, aggregation is not null);
        return parameters.Problem() is null
            ? new RangeQuery(filter, globs, ranges, aggregation, groupBy) { Resets = metric.Resets }
            : null;
    }

    private static RangeFunction DefaultFunction(FieldKind kind) => kind == FieldKind.Counter ? RangeFunction.Rate : RangeFunction.Avg;

    private static void CheckPoints(Parameters parameters, RangeRequest range, bool aggregated)
    {
        if (range.Function != RangeFunction.Raw)
        {
            if (StepChoice.Problem(range.From, range.To, range.Step) is { } problem)
            {
                parameters.Refuse(Step, problem);
            }

            return;
        }

        if (aggregated)
        {
            parameters.Refuse(
                Function,
                "'raw' has no steps at which series could become one; write another fn, such as last, or leave agg and groupBy out");
        }

        // What the schedule should have given; collections by hand may add a few.
        var longest = range.Interval * StepChoice.MaxPoints;
        if (range.To - range.From > longest)
        {
            parameters.Refuse(
                Function,
                $"'raw' would give more than {StepChoice.MaxPoints} samples of every series; write a range no longer than "
                    + $"{new Duration(longest)}, another fn, or ask /api/v1/snapshots, which has pages");
        }
    }
}
