using System.Globalization;

namespace MetricsCollector.LocalPostgres;

/// <summary>The major versions of PostgreSQL that are tested, from <c>eng/postgres-majors</c>, newest first.</summary>
public static class PostgresMajors
{
    /// <summary>The pinned version of the npm package of each, so that everybody runs the same server.</summary>
    internal static IReadOnlyDictionary<int, string> Packages { get; } = Read();

    /// <summary>All of them, newest first.</summary>
    public static IReadOnlyList<int> All { get; } = [.. Packages.Keys.OrderDescending()];

    /// <summary>The newest.</summary>
    public static int Newest => All[0];

    /// <summary>The oldest.</summary>
    public static int Oldest => All[^1];

    private static Dictionary<int, string> Read()
    {
        using var reader = new StreamReader(typeof(PostgresMajors).Assembly.GetManifestResourceStream("postgres-majors")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => parts[1]);
    }
}
