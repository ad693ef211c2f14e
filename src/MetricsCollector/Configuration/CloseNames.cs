namespace MetricsCollector.Configuration;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
internal static class CloseNames
{
    private const int MostSuggestions = 3;

    /// <summary>What leads from the mistake to its remedy: <c>; did you mean 'a' or 'b'? </c>, or only <c>; </c> when no name is close.</summary>
    public static string Suggestion(string written, IEnumerable<string> known)
    {
        var close = known
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(written.Length, candidate.Name.Length) / 3) || IsPart(written, candidate.Name))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MostSuggestions)
            .Select(candidate => $"'{candidate.Name}'")
            .ToArray();
        return close.Length == 0 ? "; " : $"; did you mean {string.Join(" or ", close)}? ";
    }

    private static bool IsPart(string written, string name) =>
        written.Length >= 3 && (name.Contains(written, StringComparison.OrdinalIgnoreCase) || (name.Length >= 3 && written.Contains(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>How many letters have to be added, left out or exchanged, upper and lower case being the same.</summary>
    public static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var exchange = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + exchange);
            }

            above = row;
        }

        return above[^1];
    }
}
