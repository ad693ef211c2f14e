namespace MetricsCollector.Catalog;

/// <summary>What the collector works with, and what keeps it from something newer.</summary>
/// <param name="Catalog">The metrics.</param>
/// <param name="LoadedAt">When they were read.</param>
/// <param name="Problems">Why the files as they are now cannot be used, one sentence each; empty when they are.</param>
internal sealed record CatalogState(MetricCatalog Catalog, DateTimeOffset LoadedAt, IReadOnlyList<string> Problems);
