namespace MetricsCollector.Tests.Storage;

/// <summary>A directory of its own for one test; disposing of it removes it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metrics-collector-");

    /// <summary>A path inside it.</summary>
    public string File(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
