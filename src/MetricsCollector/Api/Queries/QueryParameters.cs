using System.Globalization;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Queries;

/// <summary>The parameters of a query, and how they become a <see cref="RangeQuery"/>.</summary>
internal static class QueryParameters
{
    private const string DefaultHorizon = "14d";

    // As long as time.
    private static readonly TimeSpan OneStep = TimeSpan.FromDays(366 * 9000);

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
            + "`raw` gives the samples themselves. "
            + "`predict`, for gauges, gives one value at `to` + `horizon`: that of the line of least squares through the range.");

    private static readonly DeclaredParameter Horizon = new(
        "horizon",
        ParameterKind.Duration,
        $"With `fn=predict`: how far behind `to` the predicted value lies: {Duration.Forms}. `{DefaultHorizon}` when left out.");

    private static readonly DeclaredParameter Limit = new(
        "limit", ParameterKind.Text, "With `fn=predict`: a value, such as `1e11`; `crossesAt` says when the line reaches it.");

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
        Horizon,
        Limit,
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

        var (horizon, limit) = ReadPrediction(parameters, function);
        var fields = parameters.Fields(Field, metric);
        if (fields.Count == 0 || parameters.Problem() is not null)
        {
            return null;
        }

        var interval = metric!.Interval.Value;
        var isPredicted = function == RangeFunction.Predict;
        CheckPrediction(parameters, isPredicted, fields);
        var length = isPredicted ? OneStep : step ?? StepChoice.Automatic(from, to, interval);
        FieldRange[] ranges = [.. fields.Select(field => new FieldRange(
            field,
            new RangeRequest(from, to, length, function ?? DefaultFunction(field.Kind), field.Kind, interval)
            {
                Horizon = isPredicted ? horizon : TimeSpan.Zero,
                Limit = limit,
            }))];
        aggregation ??= groupBy.Count > 0 ? Aggregation.Sum : null;
        if (!isPredicted)
        {
            CheckPoints(parameters, ranges[0].Range, aggregation is not null);
        }

        return parameters.Problem() is null
            ? new RangeQuery(filter, globs, ranges, aggregation, groupBy) { Resets = metric.Resets }
            : null;
    }

    private static (TimeSpan Horizon, double? Limit) ReadPrediction(Parameters parameters, RangeFunction? function)
    {
        if (function != RangeFunction.Predict)
        {
            foreach (var other in ((DeclaredParameter[])[Horizon, Limit]).Where(parameters.IsGiven))
            {
                parameters.Refuse(other, "is for fn=predict; write that too, or leave it out");
            }
        }

        return (parameters.Duration(Horizon) ?? Duration.Parse(DefaultHorizon).Value, Number(parameters, Limit));
    }

    private static void CheckPrediction(Parameters parameters, bool isPredicted, IReadOnlyList<Field> fields)
    {
        if (isPredicted && parameters.IsGiven(Step))
        {
            parameters.Refuse(Step, "'predict' has one value for the whole range; leave it out");
        }

        foreach (var counter in fields.Where(field => isPredicted && field.Kind == FieldKind.Counter))
        {
            parameters.Refuse(Field, $"'{counter.Name}' is a counter, and predict is for gauges; write one of those, or another fn");
        }
    }

    private static double? Number(Parameters parameters, DeclaredParameter parameter)
    {
        if (parameters.Text(parameter) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        parameters.Refuse(parameter, $"'{ParameterTexts.Shown(text)}' is not a number; write one, such as 1e11");
        return null;
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
