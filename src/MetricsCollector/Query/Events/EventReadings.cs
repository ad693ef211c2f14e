using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Events;

/// <summary>What events are found in: each part of it is read once, when somebody asks.</summary>
/// <param name="reader">The store.</param>
/// <param name="history">What happened to the servers.</param>
/// <param name="target">Only this target; null for all.</param>
/// <param name="from">First instant.</param>
/// <param name="to">Last instant.</param>
/// <param name="interval">How often a server is asked whether it is up, where that was not recorded.</param>
internal sealed class EventReadings(
    ISnapshotReader reader, ServerHistory history, string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan interval)
{
    /// <summary>The metric that every collection has.</summary>
    public const string Up = "up";

    // What was before the range may be as old as a longer outage.
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    private Task<IReadOnlyDictionary<string, IReadOnlyList<ServerChange>>>? _servers;
    private Task<ILookup<string, OutcomeChange>>? _outcomes;

    /// <summary>Restarts, crashes and failovers by target.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<ServerChange>>> ServersAsync(CancellationToken cancellationToken) =>
        _servers ??= history.ChangesOfServersAsync(target, from, to, LookBack, cancellationToken);

    /// <summary>Where the outcomes of metrics became others, by target; of each metric in order of time.</summary>
    public Task<ILookup<string, OutcomeChange>> OutcomesAsync(CancellationToken cancellationToken) =>
        _outcomes ??= ReadOutcomesAsync(cancellationToken);

    /// <summary>
    /// The samples of a field, one series after the other; summaries stand for times in which it did not change.
    /// </summary>
    public IAsyncEnumerable<SeriesSamples> SamplesAsync(string metric, string field, CancellationToken cancellationToken) =>
        reader.ReadSummariesAsync(
            new SeriesFilter(target, metric),
            [field],
            from,
            to,
            LookBack,
            new SummaryRequest(TimeSpan.FromDays(100_000), new Dictionary<string, SummaryUse> { [field] = SummaryUse.FirstAndLast })
            {
                ConstantField = field,
            },
            cancellationToken);

    /// <summary>When a counter of a row was less than before, where its <c>stats_reset</c> moved.</summary>
    public Task<IReadOnlyList<DateTimeOffset>> FallsAsync(
        SeriesSamples statsReset, IReadOnlyList<string> counters, CancellationToken cancellationToken) =>
        RowFalls.FindAsync(reader, statsReset, counters, cancellationToken);

    /// <summary>When something is missing between two collections of a target.</summary>
    public async Task<Func<SeriesSamples, GapRule>> GapRulesAsync(CancellationToken cancellationToken)
    {
        var intervals = await QueriedIntervals.ReadAsync(reader, target, Up, interval, cancellationToken);
        return up => GapRule.Of(intervals.Of(up.Series.Target), up.Samples, up.Summaries);
    }

    /// <summary>An attribute of all series of a metric, by target and the value of a label.</summary>
    public async Task<IReadOnlyDictionary<(string Target, string Label), string>> AttributesAsync(
        string metric, string label, string attribute, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string), string>();
        for (var after = 0; ;)
        {
            const int Portion = 1000;
            var series = await reader.FindSeriesAsync(new SeriesFilter(target, metric), after, Portion, cancellationToken);
            foreach (var one in series)
            {
                if (one.Key.Labels[label] is { } name && one.Attributes.TryGetValue(attribute, out var text))
                {
                    found[(one.Key.Target, name)] = text;
                }
            }

            if (series.Count < Portion)
            {
                return found;
            }

            after = series[^1].Id;
        }
    }

    private async Task<ILookup<string, OutcomeChange>> ReadOutcomesAsync(CancellationToken cancellationToken) =>
        (await reader.ReadOutcomeChangesAsync(target, from, to, LookBack, cancellationToken))
            .ToLookup(change => change.Target, StringComparer.Ordinal);
}
