using MetricsCollector.Catalog;

namespace MetricsCollector.Tests.Catalog;

/// <summary>A directory with metric files, gone when disposed of.</summary>
internal sealed class MetricDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metrics-collector-catalog-");

    public string Path => _directory.FullName;

    public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    public MetricCatalog Load() => MetricCatalog.Load(Path);

    public void Dispose()
    {
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
        }
    }
}
