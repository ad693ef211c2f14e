using System.Globalization;

namespace MetricsCollector.LocalPostgres;

/// <summary>The major versions of PostgreSQL that are tested, from <c>eng/postgres-majors</c>, newest first.</summary>
public static class PostgresMajors
{
    private static readonly string[][] Lines = Read();

    /// <summary>All of them, newest first.</summary>
    public static IReadOnlyList<int> All { get; } = [.. Lines.Select(Major).OrderDescending()];

    /// <summary>Those whose support by the PostgreSQL project ends; the release after this one no longer tests them.</summary>
    public static IReadOnlyList<int> Ending { get; } = [.. Lines.Where(words => words is [_, _, "ending"]).Select(Major)];

    /// <summary>The newest.</summary>
    public static int Newest => All[0];

    /// <summary>The oldest.</summary>
    public static int Oldest => All[^1];

    /// <summary>The pinned version of the npm package of each that has one, so that everybody runs the same server.</summary>
    internal static IReadOnlyDictionary<int, string> Packages { get; } =
        Lines.Where(words => words[1] != "-").ToDictionary(Major, words => words[1]);

    private static int Major(string[] words) => int.Parse(words[0], CultureInfo.InvariantCulture);

    private static string[][] Read()
    {
        using var reader = new StreamReader(typeof(PostgresMajors).Assembly.GetManifestResourceStream("postgres-majors")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }
}
