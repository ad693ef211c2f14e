using System.Reflection;

namespace MetricsCollector.Catalog;

/// <summary>The metric files of some directories at one moment, and what could not be read of them.</summary>
internal sealed class MetricTexts
{
    private const string ResourcePrefix = "Catalog/";
    private static readonly string[] Endings = [".sql", ".yaml", ".yml"];

    private readonly List<IReadOnlyList<MetricText>> _directories = [];
    private readonly List<string> _errors = [];

    private MetricTexts()
    {
    }

    /// <summary>The files by directory, in the order of the settings; within a directory by name.</summary>
    public IReadOnlyList<IReadOnlyList<MetricText>> Directories => _directories;

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Reads the directories as they are now; what cannot be read becomes an error.</summary>
    public static MetricTexts Read(IEnumerable<string> directories)
    {
        var texts = new MetricTexts();
        foreach (var directory in directories)
        {
            texts._directories.Add(texts.ReadDirectory(directory));
        }

        return texts;
    }

    /// <summary>The files that came with the program.</summary>
    public static IReadOnlyList<MetricText> BuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(Resource)];

        MetricText Resource(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new MetricText(name, reader.ReadToEnd());
        }
    }

    /// <summary>
    /// Whether both are the same, letter for letter. Times and lengths would not do: links of mounted volumes change without them.
    /// </summary>
    public bool SameAs(MetricTexts other) =>
        _errors.SequenceEqual(other._errors)
        && _directories.Count == other._directories.Count
        && _directories.Zip(other._directories).All(pair => pair.First.SequenceEqual(pair.Second));

    private List<MetricText> ReadDirectory(string directory)
    {
        var texts = new List<MetricText>();
        if (!Directory.Exists(directory))
        {
            _errors.Add($"Catalog:Directories names '{directory}', which does not exist; create it or take the line out.");
            return texts;
        }

        try
        {
            foreach (var path in Directory.EnumerateFiles(directory).Where(IsMetricFile).Order(StringComparer.Ordinal))
            {
                ReadFile(path, texts);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _errors.Add(
                $"Catalog:Directories names '{directory}', which cannot be read: {exception.Message} Let the service read it, or take the "
                    + "line out.");
        }

        return texts;
    }

    private void ReadFile(string path, List<MetricText> texts)
    {
        try
        {
            texts.Add(new MetricText(path, File.ReadAllText(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{path}: the file cannot be read: {exception.Message} Let the service read it, or take it away.");
        }
    }

    // Names with a leading dot are what editors and mounted volumes keep for themselves.
    private static bool IsMetricFile(string path) =>
        !Path.GetFileName(path).StartsWith('.') && Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
