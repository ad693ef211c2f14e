using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Http;

/// <summary>What the API has to know of a metric to check and answer questions about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="Interval">How often it is collected.</param>
internal sealed record MetricFacts(string Name, IReadOnlyList<Field> Fields, IReadOnlyList<string> Labels, Duration Interval)
{
    /// <summary>What resets its counters.</summary>
    public ResetRules Resets { get; init; } = ResetRules.Unknown;
}
