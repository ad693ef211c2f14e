using System.Collections.Frozen;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files;
using MetricsCollector.Catalog.Files.Sql;

namespace MetricsCollector.Catalog;

/// <summary>Every metric the collector can ask for.</summary>
public sealed class MetricCatalog
{
    private readonly FrozenDictionary<string, MetricDefinition> _byName;

    private MetricCatalog(IEnumerable<MetricDefinition> metrics)
    {
        Metrics = [.. metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal)];
        _byName = Metrics.ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);
    }

    /// <summary>Whether metrics have columns that only their answers name, so that <see cref="MetricDefinition.Fields"/> may still
    /// grow.</summary>
    public bool HasUndeclaredColumns => Metrics.Any(metric => metric.Files.Any(file => file.Columns is not null));

    /// <summary>The metrics, ordered by name.</summary>
    public IReadOnlyList<MetricDefinition> Metrics { get; }

    /// <summary>The metric of a name, or null.</summary>
    public MetricDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>These metrics and others, which replace those of their names.</summary>
    internal MetricCatalog With(IReadOnlyList<MetricDefinition> metrics) => new(metrics.Concat(Metrics).DistinctBy(metric => metric.Name));

    /// <summary>Reads the built-in metrics and then the directories; a metric of a later place replaces the one of an earlier place
    /// whole.</summary>
    /// <exception cref="MetricFileException">A file or a directory is wrong; all errors at once.</exception>
    public static MetricCatalog Load(params IEnumerable<string> directories) => Load(MetricTexts.Read(directories), null);

    /// <summary>Makes the catalog of files that are read already.</summary>
    /// <param name="texts">The files beside the built-in ones.</param>
    /// <param name="before">The catalog until now; metrics whose files say the same stay the same objects, with all they
    /// discovered.</param>
    /// <exception cref="MetricFileException">A file is wrong, or could not be read; all errors at once.</exception>
    internal static MetricCatalog Load(MetricTexts texts, MetricCatalog? before)
    {
        var errors = texts.Errors.ToList();
        var metrics = new Dictionary<string, MetricDefinition>(StringComparer.Ordinal);
        Add(MetricTexts.BuiltIn(), builtIn: true);
        foreach (var directory in texts.Directories)
        {
            Add(directory, builtIn: false);
        }

        return errors.Count == 0
            ? new MetricCatalog(metrics.Values.Select(metric => before?.Find(metric.Name) is { } old && old.SameAs(metric) ? old : metric))
            : throw new MetricFileException(errors);

        void Add(IEnumerable<MetricText> files, bool builtIn)
        {
            foreach (var metric in Join(Parse(files, builtIn, errors), errors))
            {
                metrics[metric.Name] = metric;
            }
        }
    }

    /// <summary>Reads the metrics of one file.</summary>
    /// <exception cref="MetricFileException">The file is wrong; all errors at once.</exception>
    public static IReadOnlyList<MetricDefinition> ReadFile(string path)
    {
        var errors = new List<string>();
        var metrics = Join(Parse([new MetricText(path, File.ReadAllText(path))], false, errors), errors).ToList();
        return errors.Count == 0 ? metrics : throw new MetricFileException(errors);
    }

    private static List<MetricFile> Parse(IEnumerable<MetricText> texts, bool builtIn, List<string> errors)
    {
        var files = new List<MetricFile>();
        foreach (var (path, text) in texts)
        {
            try
            {
                files.AddRange(
                    Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML"
                        ? YamlMetricFile.Read(path, text)
                        : [MetricFileParser.Parse(path, text, builtIn)]);
            }
            catch (MetricFileException exception)
            {
                errors.AddRange(exception.Errors);
            }
        }

        return files;
    }

    private static IEnumerable<MetricDefinition> Join(IEnumerable<MetricFile> files, List<string> errors)
    {
        foreach (var metric in files.GroupBy(file => file.Metric, StringComparer.Ordinal))
        {
            var ordered = metric.OrderBy(file => file.Postgres.Min).ToList();
            foreach (var (older, newer) in ordered.Zip(ordered.Skip(1)).Where(pair => pair.First.Postgres.Overlaps(pair.Second.Postgres)))
            {
                errors.Add(
                    $"{newer.Path}: metric '{metric.Key}' is also asked by {older.Path} on the same versions ({older.Postgres} and "
                        + $"{newer.Postgres}); write ranges that do not overlap.");
            }

            if (ordered.Find(file => file.Kind != ordered[0].Kind) is { } other)
            {
                errors.Add(
                    $"{other.Path}: metric '{metric.Key}' is of kind {other.Kind}, and in {ordered[0].Path} of kind {ordered[0].Kind}; "
                    + "give it another name.");
            }

            yield return new MetricDefinition(ordered);
        }
    }
}
