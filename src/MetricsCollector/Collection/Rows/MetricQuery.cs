using MetricsCollector.Catalog.Definitions;

namespace MetricsCollector.Collection.Rows;

/// <summary>A metric on its way to one database of a server.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="File">The file for the server's version.</param>
/// <param name="Sql">The statement, without the columns that the server is known to lack.</param>
/// <param name="Missing">The columns that were taken out.</param>
/// <param name="Database">The database; null for a metric of the whole server.</param>
internal sealed record MetricQuery(MetricDefinition Metric, MetricFile File, string Sql, IReadOnlyList<string> Missing, string? Database)
{
    /// <summary>The server's major version.</summary>
    public int Major { get; init; }

    /// <summary>Whether it was asked again because what it looked at was locked or went away at that moment.</summary>
    public bool AskedAgain { get; init; }

    /// <summary>What would bring the columns that are missing; null when nothing is known to.</summary>
    public string? MissingRemedy { get; init; }
}
