using System.Globalization;
using System.Reflection;

namespace MetricsCollector.Postgres;

/// <summary>The tables of <see cref="SaslPrep"/>, read from <c>saslprep.txt</c> when a password is first not ASCII.</summary>
internal sealed class SaslPrepTables
{
    private readonly Dictionary<string, List<(int First, int Last)>> _ranges = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _classes = [];
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    /// <summary>Reads them.</summary>
    public static SaslPrepTables Read()
    {
        var tables = new SaslPrepTables();
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Postgres/saslprep.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(": ", 2) is [var name, var entries] && !name.StartsWith('#'))
            {
                tables.Add(name, entries.Split(' '));
            }
        }

        return tables;
    }

    /// <summary>Whether a character is a space other than the ASCII one (table C.1.2).</summary>
    public bool IsSpace(int codePoint) => Holds("space", codePoint);

    /// <summary>Whether a character is left out (table B.1).</summary>
    public bool IsMappedToNothing(int codePoint) => Holds("nothing", codePoint);

    /// <summary>Whether the result may not hold a character: tables C.1.2 to C.9, and what Unicode 3.2 did not assign.</summary>
    public bool IsForbidden(int codePoint) => Holds("prohibited", codePoint) || Holds("unassigned", codePoint);

    /// <summary>Table D.1.</summary>
    public bool IsRightToLeft(int codePoint) => Holds("rightToLeft", codePoint);

    /// <summary>Table D.2.</summary>
    public bool IsLeftToRight(int codePoint) => Holds("leftToRight", codePoint);

    /// <summary>The canonical combining class.</summary>
    public int CombiningClass(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>What a character is decomposed to, one step; null when it stays.</summary>
    public int[]? Decomposition(int codePoint) => _decompositions.GetValueOrDefault(codePoint);

    /// <summary>What two characters compose to; null when they stay apart.</summary>
    public int? Composition(int first, int second) => _compositions.TryGetValue((first, second), out var composed) ? composed : null;

    private void Add(string name, string[] entries)
    {
        if (name == "map")
        {
            Array.ForEach(entries, Map);
        }
        else if (name.StartsWith("class ", StringComparison.Ordinal))
        {
            var combining = int.Parse(name["class ".Length..], CultureInfo.InvariantCulture);
            foreach (var (first, last) in entries.Select(Range))
            {
                for (var codePoint = first; codePoint <= last; codePoint++)
                {
                    _classes[codePoint] = combining;
                }
            }
        }
        else
        {
            _ranges[name] = [.. _ranges.GetValueOrDefault(name, []), .. entries.Select(Range)];
        }
    }

    private void Map(string entry)
    {
        var at = entry.IndexOfAny(['=', '>']);
        var codePoint = Hex(entry[..at]);
        var parts = entry[(at + 1)..].Split('+').Select(Hex).ToArray();
        _decompositions[codePoint] = parts;
        if (entry[at] == '=')
        {
            _compositions[(parts[0], parts[1])] = codePoint;
        }
    }

    private bool Holds(string table, int codePoint) => _ranges[table].Exists(range => codePoint >= range.First && codePoint <= range.Last);

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split('-');
        return (Hex(ends[0]), Hex(ends[^1]));
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
