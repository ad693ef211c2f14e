namespace MetricsCollector.Tests;

/// <summary>The files of the repository the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The directory of the solution, found upwards from the tests' output: builds in CI know no source paths.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "MetricsCollector.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException(
            $"No MetricsCollector.sln above {AppContext.BaseDirectory}; run the tests from the repository's output.");
    }
}
