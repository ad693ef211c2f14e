namespace MetricsCollector.Collection.Rows;

/// <summary>
/// What the answers of one collection may take in memory and in the queue to the store, which all targets share: one server that
/// answers too much must not cost the others their snapshots.
/// </summary>
internal sealed class AnswerBudget
{
    /// <summary>Rows of one metric in one database, where the metric has no cap of its own.</summary>
    public const int RowsOfAnswer = 20_000;

    /// <summary>Rows that are compared where a metric keeps only its most active ones.</summary>
    public const int RowsCompared = 100_000;

    /// <summary>Rows of all metrics without a cap.</summary>
    private const int RowsOfCollection = 100_000;

    /// <summary>Characters of all labels and attributes.</summary>
    private const long CharactersOfCollection = 64 * 1024 * 1024;

    private int _rows = RowsOfCollection;
    private long _characters = CharactersOfCollection;

    /// <summary>Whether there is room for one more row.</summary>
    /// <param name="capped">Whether the metric has a cap of its own.</param>
    public bool HasRoom(bool capped) => _characters > 0 && (capped || _rows > 0);

    /// <summary>Takes the room of a row.</summary>
    public void Take(bool capped, int characters)
    {
        _rows -= capped ? 0 : 1;
        _characters -= characters;
    }
}
