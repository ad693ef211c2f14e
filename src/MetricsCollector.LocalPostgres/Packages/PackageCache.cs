using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres.Packages;

/// <summary>Where downloaded PostgreSQL binaries stay: one directory per package version.</summary>
internal sealed record PackageCache(string Directory)
{
    /// <summary>Overrides the place of the cache.</summary>
    public const string Variable = "METRICS_COLLECTOR_POSTGRES_CACHE";

    private const string Prefix = "postgres-";

    /// <summary>The cache of this user: the variable, or where the operating system keeps caches.</summary>
    public static PackageCache OfThisUser()
    {
        var chosen = Environment.GetEnvironmentVariable(Variable);
        return new PackageCache(string.IsNullOrWhiteSpace(chosen) ? Default() : Path.GetFullPath(chosen));
    }

    /// <summary>Where a package of this name and version belongs.</summary>
    public string PathOf(string version, string platform) => Path.Combine(Directory, $"{Prefix}{version}-{platform}");

    /// <summary>A new, empty directory beside the packages; it disappears with the next download once this process is gone.</summary>
    public string CreateScratch()
    {
        Create();
        SweepScratch();
        var self = ProcessIdentity.OfThisProcess();
        var scratch = Path.Combine(Directory, $".{self.Id}-{self.Start}-{Path.GetRandomFileName()}");
        System.IO.Directory.CreateDirectory(scratch);
        return scratch;
    }

    /// <summary>The bin directories of the packages that are there.</summary>
    public IReadOnlyList<string> BinDirectories() =>
        System.IO.Directory.Exists(Directory)
            ? [.. System.IO.Directory.EnumerateDirectories(Directory, Prefix + "*").Select(NpmPackage.BinDirectory)]
            : [];

    private static string Default()
    {
        const string Name = "metrics-collector";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        }

        // root's own home is closed to the user that the server runs as.
        if (Environment.IsPrivilegedProcess)
        {
            return Path.Combine(OperatingSystem.IsMacOS() ? "/Library/Caches" : "/var/cache", Name);
        }

        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Caches", Name);
        }

        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(Path.IsPathRooted(caches) ? caches : Path.Combine(home, ".cache"), Name);
    }

    private void Create()
    {
        if (System.IO.Directory.Exists(Directory))
        {
            return;
        }

        System.IO.Directory.CreateDirectory(Directory);
        PackageArchive.OpenToReaders(Directory);
    }

    private void SweepScratch()
    {
        foreach (var scratch in System.IO.Directory.EnumerateDirectories(Directory, ".*-*-*"))
        {
            var parts = Path.GetFileName(scratch)[1..].Split('-');
            if (int.TryParse(parts[0], out var id) && new ProcessIdentity(id, parts[1]).IsGone())
            {
                DirectoryRemoval.Remove(scratch);
            }
        }
    }
}
