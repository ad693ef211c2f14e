namespace MetricsCollector.Query.Events;

/// <summary>Something happened to a target, or to collecting from it.</summary>
/// <param name="At">The first collection that knows of it.</param>
/// <param name="After">The last collection that does not; it happened in between.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Message">The same in one sentence, for people.</param>
public sealed record TargetEvent(DateTimeOffset At, DateTimeOffset After, string Target, EventKind Kind, string Message)
{
    /// <summary>What it happened to: a setting, an extension, a view, a metric; null for the target itself.</summary>
    public string? Subject { get; init; }

    /// <summary>What was before; null where nothing was or is known.</summary>
    public string? Old { get; init; }

    /// <summary>What was afterwards; null where nothing was or is known.</summary>
    public string? New { get; init; }

    /// <summary>Its place among all events, oldest first.</summary>
    public EventPosition Position => new(At, Target, Kind, Subject ?? string.Empty);
}
