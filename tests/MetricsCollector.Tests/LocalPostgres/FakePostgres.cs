using MetricsCollector.LocalPostgres;
using MetricsCollector.LocalPostgres.Packages;

namespace MetricsCollector.Tests.LocalPostgres;

/// <summary>A directory tree with bin directories whose <c>postgres</c> only says its version.</summary>
internal sealed class FakePostgres : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("fake-postgres-");

    public string Root => root.FullName;

    /// <summary>A bin directory of this version.</summary>
    public string Bin(string name, string version)
    {
        var bin = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        foreach (var program in new[] { "postgres", "initdb", "pg_ctl" })
        {
            var file = Path.Combine(bin, program);
            File.WriteAllText(file, $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        return bin;
    }

    /// <summary>A search that sees nothing of this machine; a download is an error unless given.</summary>
    public PostgresSearch Search(
        string? chosen = null,
        IReadOnlyList<string>? path = null,
        IReadOnlyList<string>? usual = null,
        Func<PackageCache, int, CancellationToken, Task<string>>? download = null) => new()
        {
            ChosenDirectory = chosen,
            PathDirectories = path ?? [],
            UsualDirectories = usual ?? [],
            Cache = new PackageCache(Path.Combine(Root, "cache")),
            Download = download ?? ((_, _, _) => throw new LocalPostgresException("npm is not installed")),
        };

    public void Dispose() => root.Delete(recursive: true);
}
