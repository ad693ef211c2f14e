namespace MetricsCollector.Query.Events;

/// <summary>Finds events of some kinds in what is stored.</summary>
internal interface IEventSource
{
    /// <summary>The kinds that it finds.</summary>
    IReadOnlyList<EventKind> Kinds { get; }

    /// <summary>Finds them, in no order; some may lie outside the range.</summary>
    Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken);
}
