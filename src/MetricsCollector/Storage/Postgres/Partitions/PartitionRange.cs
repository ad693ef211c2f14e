namespace MetricsCollector.Storage.Postgres.Partitions;

/// <summary>A partition that exists.</summary>
/// <param name="Name">Its name, quoted and with its schema, ready for a statement.</param>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">Last instant, exclusive.</param>
internal sealed record PartitionRange(string Name, DateTimeOffset From, DateTimeOffset To);
