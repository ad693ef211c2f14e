namespace MetricsCollector.Catalog;

/// <summary>What else has to hold of a catalog before it is used.</summary>
/// <param name="Problems">What is wrong, one sentence each with file, line and remedy.</param>
public sealed record CatalogCheck(Func<MetricCatalog, IEnumerable<string>> Problems);
