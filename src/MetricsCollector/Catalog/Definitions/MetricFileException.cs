namespace MetricsCollector.Catalog.Definitions;

/// <summary>Metric files that cannot be used; each error names the file, the line and what to write instead.</summary>
public sealed class MetricFileException(IReadOnlyList<string> errors)
    : Exception("The catalog has errors:" + string.Concat(errors.Select(error => Environment.NewLine + "  " + error)))
{
    /// <summary>All errors, one sentence each: <c>file:line: what is wrong; what to write</c>.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
