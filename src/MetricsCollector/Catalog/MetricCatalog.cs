using System.Collections.Frozen;
using System.Reflection;

namespace MetricsCollector.Catalog;

/// <summary>Every metric the collector can ask for.</summary>
public sealed class MetricCatalog
{
    private const string ResourcePrefix = "Catalog/";
    private readonly FrozenDictionary<string, MetricDefinition> _byName;

    private MetricCatalog(IEnumerable<MetricDefinition> metrics)
    {
        Metrics = [.. metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal)];
        _byName = Metrics.ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);
    }

    /// <summary>The metrics, ordered by name.</summary>
    public IReadOnlyList<MetricDefinition> Metrics { get; }

    /// <summary>The metric of a name, or null.</summary>
    public MetricDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads the built-in metrics and then the directories; a metric of a later place replaces the one of an earlier place whole.</summary>
    /// <exception cref="MetricFileException">A file or a directory is wrong; all errors at once.</exception>
    public static MetricCatalog Load(params IEnumerable<string> directories)
    {
        var errors = new List<string>();
        var metrics = new Dictionary<string, MetricDefinition>(StringComparer.Ordinal);
        Add(ReadBuiltIn(), builtIn: true);
        foreach (var directory in directories)
        {
            if (Directory.Exists(directory))
            {
                Add(Directory.EnumerateFiles(directory, "*.sql").Order(StringComparer.Ordinal).Select(path => (path, File.ReadAllText(path))));
            }
            else
            {
                errors.Add($"Catalog:Directories names '{directory}', which does not exist; create it or take the line out.");
            }
        }

        return errors.Count == 0 ? new MetricCatalog(metrics.Values) : throw new MetricFileException(errors);

        void Add(IEnumerable<(string Path, string Text)> texts, bool builtIn = false)
        {
            foreach (var metric in Join(Parse(texts, builtIn, errors), errors))
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
        var metrics = Join(Parse([(path, File.ReadAllText(path))], false, errors), errors).ToList();
        return errors.Count == 0 ? metrics : throw new MetricFileException(errors);
    }

    private static List<MetricFile> Parse(IEnumerable<(string Path, string Text)> texts, bool builtIn, List<string> errors)
    {
        var files = new List<MetricFile>();
        foreach (var (path, text) in texts)
        {
            try
            {
                files.Add(MetricFileParser.Parse(path, text, builtIn));
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
                errors.Add($"{newer.Path}: metric '{metric.Key}' is also asked by {older.Path} on the same versions ({older.Postgres} and {newer.Postgres}); write ranges that do not overlap.");
            }

            yield return new MetricDefinition(ordered);
        }
    }

    private static IEnumerable<(string Path, string Text)> ReadBuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }
}
