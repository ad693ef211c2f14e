using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Rows;

/// <summary>What of one answer could not be taken, each kind told once however many rows have it.</summary>
internal sealed class ReadingProblems
{
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private LabelSet? _twin;
    private int _twins;
    private int _unstorable;
    private int _surplus;

    /// <summary>How many rows were read and are not in the snapshot.</summary>
    public int RowsLeftOut => _unstorable + _surplus;

    /// <summary>Notes a problem.</summary>
    public void Add(string problem) => _problems.Add(problem);

    /// <summary>A row has the labels of one before it.</summary>
    public void Twin(LabelSet labels)
    {
        _twin ??= labels;
        _twins++;
    }

    /// <summary>A row has labels that no store takes.</summary>
    public void Unstorable() => _unstorable++;

    /// <summary>A row is beyond what one answer may have.</summary>
    public void Surplus() => _surplus++;

    /// <summary>The outcome of the answer: ok, or partial with everything that is missing.</summary>
    public Outcome ToOutcome(int rows)
    {
        List<string> all = [.. _problems];
        if (_twin is not null)
        {
            var more = _twins > 1 ? $" (and {Count(_twins - 1)} more such rows)" : string.Empty;
            all.Add($"several rows have the labels {_twin}, the first was kept{more}; declare the label that tells them apart");
        }

        if (_unstorable > 0)
        {
            var rowsAre = _unstorable == 1 ? "row, which is" : "rows, which are";
            all.Add($"the labels are too long to be stored in {Count(_unstorable)} {rowsAre} left out; declare long texts as attributes");
        }

        if (_surplus > 0)
        {
            all.Add($"the answer has {Count(_surplus)} more rows than one collection may have and the first {Count(rows)} were kept; "
                + "add a LIMIT, or '-- top' with the columns that measure activity");
        }

        return all.Count == 0 ? Outcome.Ok : Outcome.Partial(string.Join("; ", all));
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
