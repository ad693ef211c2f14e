namespace MetricsCollector.Exposition;

/// <summary>What Prometheus calls a metric: a name, with its type and meaning.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Help">Its meaning, one sentence.</param>
/// <param name="Metric">The metric of the catalog it comes from; no other may give it samples.</param>
internal sealed record Family(string Name, FamilyType Type, string Help, string Metric);
