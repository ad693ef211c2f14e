using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Collect;

/// <summary>What to collect now. An empty body, or none, collects what every target is asked for on schedule.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CollectRequest
{
    /// <summary>Names of targets, as globs; all when left out.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Names of metrics, as globs; all that the target is asked for when left out.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Run and show, store nothing. Default false.</summary>
    public bool DryRun { get; init; }
}
