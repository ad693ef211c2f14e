using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Resets;

/// <summary>What may have reset the counters of a metric in a range of time.</summary>
public sealed class ResetHistory
{
    private const string Database = "datname";

    private readonly Dictionary<string, List<ServerChange>> _byTarget = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Target, string Database), List<ServerChange>> _byDatabase = [];

    /// <summary>Nothing happened.</summary>
    public static ResetHistory None { get; } = new();

    /// <summary>All of it, whichever target it happened to.</summary>
    public IEnumerable<ServerChange> All => _byTarget.Values.Concat(_byDatabase.Values).SelectMany(changes => changes);

    /// <summary>What happened to a series, in no order.</summary>
    public IReadOnlyList<ServerChange> Of(SeriesKey series)
    {
        var changes = _byTarget.GetValueOrDefault(series.Target);
        return series.Labels[Database] is { } database && _byDatabase.TryGetValue((series.Target, database), out var further)
            ? [.. changes ?? [], .. further]
            : changes ?? [];
    }

    /// <summary>Takes what happened to a target.</summary>
    internal void Add(string target, IEnumerable<ServerChange> changes)
    {
        if (!_byTarget.TryGetValue(target, out var known))
        {
            _byTarget[target] = known = [];
        }

        known.AddRange(changes);
    }

    /// <summary>Takes what happened to a database of a target.</summary>
    internal void Add(SeriesKey database, IEnumerable<ServerChange> changes)
    {
        if (database.Labels[Database] is { } name)
        {
            _byDatabase[(database.Target, name)] = [.. changes];
        }
    }
}
