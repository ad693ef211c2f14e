namespace MetricsCollector.Collection.Collections;

/// <summary>
/// In which order the further databases of a server are visited: where a collection has no time for all of them, or the server not
/// enough connections, those that waited longest come first.
/// </summary>
internal sealed class DatabaseTurns
{
    private readonly Dictionary<string, (long Turn, bool Answered)> _last = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>The databases in their order: first those that answer, for they cost little; among equals who waited longest.</summary>
    public IReadOnlyList<string> Order(IEnumerable<string> databases) =>
        [.. databases
            .OrderBy(database => !Answered(database))
            .ThenBy(database => _last.GetValueOrDefault(database).Turn)
            .ThenBy(database => database, StringComparer.Ordinal)];

    /// <summary>Whether a database answered when it was last visited; true before the first visit.</summary>
    public bool Answered(string database) => !_last.TryGetValue(database, out var last) || last.Answered;

    /// <summary>A database has its turn.</summary>
    public void Visited(string database, bool answered) => _last[database] = (++_turn, answered);

    /// <summary>Forgets databases that are gone.</summary>
    public void Keep(IReadOnlyCollection<string> databases)
    {
        foreach (var gone in _last.Keys.Except(databases, StringComparer.Ordinal).ToList())
        {
            _last.Remove(gone);
        }
    }
}
