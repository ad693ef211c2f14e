using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Exposition;

/// <summary>Finds fields that would have one name on <c>/metrics</c>: only the first of them would be there.</summary>
internal sealed class NameCollisions(ExporterNames names)
{
    private const string Total = "_total";

    // Those that names differ between; later ones are as the newest.
    private static readonly int[] Majors = [.. Enumerable.Range(14, 6)];

    /// <summary>One sentence for each, with file and line; empty when there is none.</summary>
    public IEnumerable<string> Problems(MetricCatalog catalog)
    {
        var taken = new Dictionary<string, (MetricDefinition Metric, Field Field, bool IsOwn)>(StringComparer.Ordinal);
        foreach (var metric in catalog.Metrics.OrderBy(metric => !metric.Files[^1].BuiltIn))
        {
            foreach (var field in metric.Fields)
            {
                var told = metric.DeclaresUnits ? field : field with { Unit = string.Empty };
                var clash = Majors.SelectMany(major => names.Of(metric.Name, told, major))
                    .Where(name => !name.HasPlaceholders)
                    .DistinctBy(name => name.Name)
                    .Select(name => (Name: name, Other: Take(taken, name, metric, field)))
                    .FirstOrDefault(found => found.Other is not null);
                if (clash.Other is var (other, same))
                {
                    yield return $"{Place(metric, field)}: the field '{field.Name}' of metric '{metric.Name}' is called {clash.Name.Name} "
                        + $"on /metrics, and so is '{same.Name}' of metric '{other.Name}' ({Place(other, same)}); "
                        + "give one of them another name.";
                }
            }
        }
    }

    // OpenMetrics calls a counter by its name without _total.
    private static (MetricDefinition Metric, Field Field)? Take(
        Dictionary<string, (MetricDefinition Metric, Field Field, bool IsOwn)> taken,
        ExporterName name, MetricDefinition metric, Field field)
    {
        string[] keys = name.Type == FamilyType.Counter ? [name.Name, name.Name[..^Total.Length]] : [name.Name];
        foreach (var key in keys)
        {
            // Names of postgres_exporter were chosen with all that they join.
            if (!taken.TryAdd(key, (metric, field, name.IsOwn))
                && taken[key] is var other
                && (other.Metric, other.Field) != (metric, field)
                && (other.IsOwn || name.IsOwn))
            {
                return (other.Metric, other.Field);
            }
        }

        return null;
    }

    private static string Place(MetricDefinition metric, Field field)
    {
        var file = metric.Files.FirstOrDefault(file => file.Fields.Any(one => one.Name == field.Name)) ?? metric.Files[^1];
        return file.Lines.TryGetValue(field.Name, out var line) ? $"{file.Path}:{line.ToString(CultureInfo.InvariantCulture)}" : file.Path;
    }
}
