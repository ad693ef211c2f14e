namespace MetricsCollector.Catalog.Files.PostgresExporter;

/// <summary>A column of a postgres_exporter query that is not discarded.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Usage">What it is used as.</param>
/// <param name="Help">One sentence for people.</param>
/// <param name="Numbers">The number of each text, for <see cref="PostgresExporterUsage.MappedMetric"/>.</param>
internal sealed record PostgresExporterColumn(
    string Name, PostgresExporterUsage Usage, string Help, IReadOnlyList<KeyValuePair<string, double>> Numbers)
{
    private string Quoted => '"' + Name + '"';

    /// <summary>Whether PostgreSQL has to make a number of it.</summary>
    public bool IsConverted => Usage is PostgresExporterUsage.MappedMetric or PostgresExporterUsage.Duration;

    /// <summary>The column as an item of a select list over the query, called <c>q</c>.</summary>
    public string Item() => Usage switch
    {
        // '-1' is how PostgreSQL writes a setting that is off.
        PostgresExporterUsage.Duration =>
            $"(extract(epoch FROM nullif(q.{Quoted}::text, '-1')::interval) * 1000)::float8 AS {Quoted}",
        PostgresExporterUsage.MappedMetric =>
            $"(CASE q.{Quoted}::text {string.Join(' ', Numbers.Select(When))} END)::float8 AS {Quoted}",
        _ => "q." + Quoted,
    };

    private static string When(KeyValuePair<string, double> number) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"WHEN '{number.Key.Replace("'", "''", StringComparison.Ordinal)}' THEN {number.Value:R}");
}
