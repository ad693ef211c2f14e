namespace MetricsCollector.LocalPostgres;

/// <summary>Where packages and installers put PostgreSQL's bin directory.</summary>
internal static class UsualPlaces
{
    /// <summary>The bin directories that exist on this machine.</summary>
    public static IReadOnlyList<string> BinDirectories() => [.. Roots().SelectMany(Expand)];

    // (parent, start of the name below it, what follows): /usr/lib/postgresql + 17 + bin.
    private static IEnumerable<(string Parent, string Prefix, string Below)> Roots()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "", "bin");
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return ("/opt/homebrew/opt", "postgresql@", "bin");
            yield return ("/usr/local/opt", "postgresql@", "bin");
            yield return ("/Applications/Postgres.app/Contents/Versions", "", "bin");
            yield return ("/Library/PostgreSQL", "", "bin");
        }
        else
        {
            yield return ("/usr/lib/postgresql", "", "bin");
            yield return ("/usr", "pgsql-", "bin");
            yield return ("/usr/libexec", "postgresql", "");
            yield return ("/usr/local", "pgsql", "bin");
            yield return ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin");
        }
    }

    private static IEnumerable<string> Expand((string Parent, string Prefix, string Below) root) =>
        Directory.Exists(root.Parent)
            ? Directory.EnumerateDirectories(root.Parent, root.Prefix + "*")
                .Select(directory => Path.Combine(directory, root.Below))
                .Where(Directory.Exists)
                .Order(StringComparer.Ordinal)
            : [];
}
