using MetricsCollector.Query;

namespace MetricsCollector.Api.Http;

/// <summary>The parameters that several endpoints share.</summary>
internal static class CommonParameters
{
    /// <summary>Exact name of a target.</summary>
    public static DeclaredParameter Target { get; } = new(
        "target", ParameterKind.Text, "Name of a target, as `/api/v1/targets` lists it. All targets when left out.");

    /// <summary>Exact name of a metric.</summary>
    public static DeclaredParameter Metric { get; } = new(
        "metric", ParameterKind.Text, "Name of a metric, as `/api/v1/metrics` lists it. All metrics when left out.");

    /// <summary>Exact name of a metric where only one can be asked for.</summary>
    public static DeclaredParameter OneMetric { get; } = Metric with
    {
        Required = true,
        Example = "database",
        Description = "Name of a metric, as `/api/v1/metrics` lists it.",
    };

    /// <summary>Labels that must all match.</summary>
    public static DeclaredParameter Label { get; } = new(
        "label",
        ParameterKind.Label,
        "A label and the value it must have, `name:value` or `name=value`, such as `datname:app`; `*` and `?` in the value make it a glob, "
        + "such as `datname:app*`. May be given several times; all must match.")
    {
        Repeatable = true,
    };

    /// <summary>Fields to show.</summary>
    public static DeclaredParameter Fields { get; } = new(
        "fields", ParameterKind.Text, "Names of fields of the metric to show, with commas between them; all when left out. Needs `metric`.")
    {
        Repeatable = true,
    };

    /// <summary>Start of the range.</summary>
    public static DeclaredParameter From { get; } = new(
        "from", ParameterKind.Time, $"Start of the range, inclusive: {TimeExpression.Forms}.")
    {
        Default = "-1h",
    };

    /// <summary>End of the range.</summary>
    public static DeclaredParameter To { get; } = new("to", ParameterKind.Time, $"End of the range, inclusive: {TimeExpression.Forms}.")
    {
        Default = "now",
    };

    /// <summary>Length of a page.</summary>
    public static DeclaredParameter Limit { get; } = new("limit", ParameterKind.Integer, "How many items a page has at most.")
    {
        Default = "100",
        Minimum = 1,
        Maximum = 1000,
    };

    /// <summary>Where the page before ended.</summary>
    public static DeclaredParameter Cursor { get; } = new(
        "cursor", ParameterKind.Text,
        "`nextCursor` of the page before, with every other parameter unchanged. The first page when left out.");
}
