namespace MetricsCollector.Postgres;

/// <summary>Unicode's normalization form KC (UAX #15).</summary>
internal static class Normalization
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;
    private const int Syllables = Leads * Vowels * Trails;

    /// <summary>Decomposes by compatibility, orders marks, and composes again.</summary>
    public static List<int> ToCompatibilityComposed(IEnumerable<int> text, SaslPrepTables tables)
    {
        var decomposed = new List<int>();
        foreach (var codePoint in text)
        {
            Decompose(codePoint, tables, decomposed);
        }

        Order(decomposed, tables);
        return Compose(decomposed, tables);
    }

    private static void Decompose(int codePoint, SaslPrepTables tables, List<int> into)
    {
        if (codePoint is >= SyllableBase and < SyllableBase + Syllables)
        {
            var index = codePoint - SyllableBase;
            into.Add(LeadBase + index / (Vowels * Trails));
            into.Add(VowelBase + index % (Vowels * Trails) / Trails);
            if (index % Trails is > 0 and var trail)
            {
                into.Add(TrailBase + trail);
            }
        }
        else if (tables.Decomposition(codePoint) is { } parts)
        {
            foreach (var part in parts)
            {
                Decompose(part, tables, into);
            }
        }
        else
        {
            into.Add(codePoint);
        }
    }

    // A stable sort of each run of marks by their class.
    private static void Order(List<int> text, SaslPrepTables tables)
    {
        for (var i = 1; i < text.Count; i++)
        {
            var mark = tables.CombiningClass(text[i]);
            for (var j = i; mark > 0 && j > 0 && tables.CombiningClass(text[j - 1]) > mark; j--)
            {
                (text[j], text[j - 1]) = (text[j - 1], text[j]);
            }
        }
    }

    private static List<int> Compose(List<int> text, SaslPrepTables tables)
    {
        var composed = new List<int>(text.Count);
        var starter = -1;
        var last = -1;
        foreach (var codePoint in text)
        {
            var mark = tables.CombiningClass(codePoint);
            if (starter >= 0 && last < mark && Pair(composed[starter], codePoint, tables) is { } pair)
            {
                composed[starter] = pair;
                continue;
            }

            if (mark == 0)
            {
                (starter, last) = (composed.Count, -1);
            }
            else
            {
                last = mark;
            }

            composed.Add(codePoint);
        }

        return composed;
    }

    private static int? Pair(int first, int second, SaslPrepTables tables)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            return SyllableBase + ((first - LeadBase) * Vowels + (second - VowelBase)) * Trails;
        }

        if (first is >= SyllableBase and < SyllableBase + Syllables && (first - SyllableBase) % Trails == 0
            && second is > TrailBase and < TrailBase + Trails)
        {
            return first + (second - TrailBase);
        }

        return tables.Composition(first, second);
    }
}
