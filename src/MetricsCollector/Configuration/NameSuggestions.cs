using MetricsCollector.Postgres;

namespace MetricsCollector.Configuration;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
internal static class NameSuggestions
{
    private const int MostSuggestions = 3;

    /// <summary>
    /// What leads from the mistake to its remedy: <c>; did you mean 'a' or 'b'? </c>, or only <c>; </c> when no name is close.
    /// </summary>
    public static string Suggestion(string written, IEnumerable<string> known)
    {
        var close = known
            .Select(name => (Name: name, Distance: EditDistance.Between(written, name)))
            .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(written.Length, candidate.Name.Length) / 3)
                || IsPart(written, candidate.Name))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MostSuggestions)
            .Select(candidate => $"'{candidate.Name}'")
            .ToArray();
        return close.Length == 0 ? "; " : $"; did you mean {string.Join(" or ", close)}? ";
    }

    private static bool IsPart(string written, string name) =>
        written.Length >= 3
        && (name.Contains(written, StringComparison.OrdinalIgnoreCase)
            || (name.Length >= 3 && written.Contains(name, StringComparison.OrdinalIgnoreCase)));
}
