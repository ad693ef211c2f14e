using MetricsCollector.Query.Resets;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Events;

/// <summary>What happened in a range of time.</summary>
/// <param name="Target">Only this target; null for all.</param>
/// <param name="Kinds">Only these kinds; empty for all.</param>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">Last instant, inclusive.</param>
/// <param name="Descending">Newest first.</param>
/// <param name="Behind">Where the page before ended; null for the first page.</param>
internal sealed record EventQuery(
    string? Target, IReadOnlyList<EventKind> Kinds, DateTimeOffset From, DateTimeOffset To, bool Descending, EventPosition? Behind)
{
    private static readonly IEventSource[] Sources =
    [
        new ServerEvents(), new OutcomeEvents(), new CollectorEvents(), new SettingEvents(), new ExtensionEvents(),
        new StatisticsResetEvents(),
    ];

    /// <summary>The events in order. Only what lies behind the page before is read, and only by the sources of the chosen kinds.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="history">What happened to the servers.</param>
    /// <param name="interval">How often a server is asked whether it is up, where that was not recorded.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<IReadOnlyList<TargetEvent>> AnswerAsync(
        ISnapshotReader reader, ServerHistory history, TimeSpan interval, CancellationToken cancellationToken)
    {
        var (from, to) = Behind is null ? (From, To) : Descending ? (From, Behind.At) : (Behind.At, To);
        var readings = new EventReadings(reader, history, Target, from, to, interval);
        var found = new List<TargetEvent>();
        foreach (var source in Sources.Where(source => Kinds.Count == 0 || source.Kinds.Intersect(Kinds).Any()))
        {
            found.AddRange((await source.FindAsync(readings, cancellationToken)).Where(IsAsked));
        }

        // What a source says twice is one event.
        var ordered = found.DistinctBy(one => one.Position).OrderBy(one => one.Position, EventPosition.Order);
        return [.. Descending ? ordered.Reverse() : ordered];
    }

    private bool IsAsked(TargetEvent one) =>
        one.At >= From && one.At <= To
        && (Kinds.Count == 0 || Kinds.Contains(one.Kind))
        && (Behind is null || (EventPosition.Order.Compare(one.Position, Behind) is var order && (Descending ? order < 0 : order > 0)));
}
