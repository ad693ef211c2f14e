namespace MetricsCollector.Query.Events;

/// <summary>Extensions that were created, dropped or updated, in the database that is collected from.</summary>
internal sealed class ExtensionEvents : IEventSource
{
    private const string Metric = "extensions";

    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } = [EventKind.ExtensionChanged];

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken)
    {
        var history = new RowHistory("extname", "version") { Scope = "datname" };
        await foreach (var extension in readings.SamplesAsync(Metric, "installed", cancellationToken))
        {
            history.Add(extension);
        }

        return history.Changes().Select(Event);
    }

    private static TargetEvent Event(RowChange change) =>
        new(change.At, change.After, change.Target, EventKind.ExtensionChanged, Message(change))
        {
            Subject = change.Subject,
            Old = change.Old,
            New = change.New,
        };

    private static string Message(RowChange change) => change switch
    {
        { Old: null } => $"The extension {change.Subject} {change.New} was created in database {change.Scope}.",
        { New: null } => $"The extension {change.Subject} {change.Old} was dropped from database {change.Scope}.",
        _ => $"The extension {change.Subject} was updated from {change.Old} to {change.New} in database {change.Scope}.",
    };
}
