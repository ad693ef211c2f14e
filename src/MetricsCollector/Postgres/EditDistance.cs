namespace MetricsCollector.Postgres;

/// <summary>How far two names are apart, to find what somebody may have meant (Levenshtein's distance).</summary>
internal static class EditDistance
{
    /// <summary>How many letters have to be added, left out or exchanged, upper and lower case being the same.</summary>
    public static int Between(string one, string other)
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
