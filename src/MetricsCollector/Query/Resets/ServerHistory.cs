using System.Collections.Concurrent;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Query.Resets;

/// <summary>
/// Tells when targets were restarted, crashed or were replaced by another server, and remembers since when they were not.
/// </summary>
/// <param name="reader">Where the history is.</param>
/// <param name="latest">What the servers say now.</param>
public sealed class ServerHistory(ISnapshotReader reader, LatestSnapshots latest)
{
    // How far before the range the last snapshot may lie: longer than usual intervals.
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

    // What the server that answers now says of its start and of its statistics, and an instant from which on it said nothing else.
    private readonly ConcurrentDictionary<string, Unchanged> _unchanged = new(StringComparer.Ordinal);

    /// <summary>What may have reset the counters of a metric in a range.</summary>
    /// <param name="target">Name of a target, or null for all.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Last instant.</param>
    /// <param name="rules">What resets the metric.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    public async Task<ResetHistory> ChangesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, ResetRules rules, CancellationToken cancellationToken)
    {
        var history = new ResetHistory();
        foreach (var (name, found) in await ChangesOfServersAsync(target, from, to, LookBack, cancellationToken))
        {
            history.Add(name, rules.IsCumulative ? found : found.Where(change => !change.ClearsCounters));
        }

        foreach (var shared in rules.SharedReset is { } metric
            ? await StatsResetAsync(target, metric, from, to, LookBack, cancellationToken)
            : [])
        {
            var resets = StatisticsLosses.Moves(shared.Samples)
                .Select(move => new ServerChange(move.Before.At, move.After.At, rules.SharedReason) { ClearsCounters = true });
            if (rules.SharedReset != ResetRules.DatabaseMetric)
            {
                history.Add(shared.Series.Target, resets);
            }
            else if (await RowFalls.FindAsync(reader, shared, ResetRules.DatabaseCounters, cancellationToken) is { Count: > 0 } falls)
            {
                history.Add(shared.Series, resets.Where(reset => falls.Any(at => at > reset.After && at <= reset.Until)));
            }
        }

        return history;
    }

    /// <summary>What happened to targets: restarts, failovers, and crashes, which of a restart say a second time that it lost the
    /// statistics.</summary>
    /// <param name="target">Name of a target, or null for all.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Last instant.</param>
    /// <param name="lookBack">How far before it the last snapshot may lie.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ServerChange>>> ChangesOfServersAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, IReadOnlyList<ServerChange>>(StringComparer.Ordinal);
        var filter = new SeriesFilter(target, ServerChanges.Metric);
        var current = latest.Find(filter).ToDictionary(snapshot => snapshot.Target, StateOf, StringComparer.Ordinal);
        if (current.Count > 0 && current.All(server => IsUnchanged(server.Key, server.Value, from)))
        {
            return changes;
        }

        var samples = new List<SeriesSamples>();
        await foreach (var read in reader.ReadSummariesAsync(
            filter, ServerChanges.Fields, from, to, lookBack, ServerChanges.Summaries, cancellationToken))
        {
            samples.Add(read with { Samples = read.WithEnds() });
        }

        var servers = samples.ToLookup(read => read.Series.Target, StringComparer.Ordinal);
        var resets = await StatsResetByTargetAsync(target, StatisticsLosses.Watched, from, to, lookBack, cancellationToken);
        var moves = resets.ToDictionary(reset => reset.Key, reset => StatisticsLosses.Moves(reset.Value), StringComparer.Ordinal);
        var witnesses = moves.Values.Any(found => found.Count > 0)
            ? await WitnessesAsync(target, from, to, lookBack, cancellationToken)
            : [];
        foreach (var name in servers.Select(server => server.Key).Union(resets.Keys, StringComparer.Ordinal))
        {
            var starts = Of(servers[name], 0);
            var found = ServerChanges.Find(starts, Of(servers[name], 1), Of(servers[name], 2), Of(servers[name], 3));
            var moved = moves.GetValueOrDefault(name, []);
            if (found.Count + moved.Count > 0)
            {
                var seen = witnesses.Select(witness => witness.GetValueOrDefault(name, []));
                changes[name] = [.. found, .. StatisticsLosses.Find(moved, [.. seen], starts, found)];
            }
            else if (current.GetValueOrDefault(name) is { Start: { } start } state
                && starts is [.., { Value: { } last }]
                && last == start
                && LastReset(resets, name) == state.StatsReset)
            {
                _unchanged.AddOrUpdate(
                    name,
                    new Unchanged(state, from),
                    (_, known) => known.State == state && known.Since < from ? known : new Unchanged(state, from));
            }
        }

        return changes;
    }

    private async Task<List<Dictionary<string, IReadOnlyList<Sample>>>> WitnessesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken)
    {
        var witnesses = new List<Dictionary<string, IReadOnlyList<Sample>>>();
        foreach (var witness in StatisticsLosses.Witnesses)
        {
            witnesses.Add(await StatsResetByTargetAsync(target, witness, from, to, lookBack, cancellationToken));
        }

        return witnesses;
    }

    private async Task<Dictionary<string, IReadOnlyList<Sample>>> StatsResetByTargetAsync(
        string? target, string metric, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken) =>
        (await StatsResetAsync(target, metric, from, to, lookBack, cancellationToken))
            .DistinctBy(read => read.Series.Target)
            .ToDictionary(read => read.Series.Target, read => read.Samples, StringComparer.Ordinal);

    private async Task<List<SeriesSamples>> StatsResetAsync(
        string? target, string metric, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken)
    {
        var found = new List<SeriesSamples>();
        var filter = new SeriesFilter(target, metric);
        await foreach (var read in reader.ReadSummariesAsync(
            filter, StatisticsLosses.Fields, from, to, lookBack, StatisticsLosses.Summaries, cancellationToken))
        {
            found.Add(read with { Samples = read.WithEnds(), Summaries = [] });
        }

        return found;
    }

    // A server that does not answer now has no start; what it was before is not known to be the same.
    private ServerState StateOf(Snapshot snapshot) => new(
        ValueOf(snapshot, ServerChanges.Fields[0]),
        latest.Find(snapshot.Target, StatisticsLosses.Watched) is { } watched ? ValueOf(watched, ResetRules.StatsReset) : null);

    private static double? ValueOf(Snapshot snapshot, string field)
    {
        var place = snapshot.Fields.ToList().IndexOf(field);
        return place >= 0 && snapshot.Rows is [var row, ..] && place < row.Readings.Length ? row.Readings[place] : null;
    }

    private static double? LastReset(Dictionary<string, IReadOnlyList<Sample>> resets, string target) =>
        resets.GetValueOrDefault(target) is [.., var last] ? last.Value : null;

    private static IReadOnlyList<Sample> Of(IEnumerable<SeriesSamples> series, int field) =>
        series.FirstOrDefault(read => read.Field == ServerChanges.Fields[field])?.Samples ?? [];

    private bool IsUnchanged(string target, ServerState state, DateTimeOffset from) =>
        state.Start is not null && _unchanged.TryGetValue(target, out var known) && known.State == state && known.Since <= from;

    private readonly record struct ServerState(double? Start, double? StatsReset);

    private readonly record struct Unchanged(ServerState State, DateTimeOffset Since);
}
