namespace MetricsCollector.Api.Http;

/// <summary>The names that questions may use at one moment.</summary>
/// <param name="Targets">Names of targets.</param>
/// <param name="Metrics">Metrics by name.</param>
internal sealed record CatalogNames(IReadOnlyCollection<string> Targets, IReadOnlyDictionary<string, MetricFacts> Metrics);
