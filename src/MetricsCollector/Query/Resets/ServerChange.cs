namespace MetricsCollector.Query.Resets;

/// <summary>Between two instants something happened to a target that may have reset its counters.</summary>
/// <param name="After">When it had not happened yet.</param>
/// <param name="Until">When it had.</param>
/// <param name="Reason">What happened.</param>
public readonly record struct ServerChange(DateTimeOffset After, DateTimeOffset Until, ResetReason Reason)
{
    /// <summary>Whether counters were certainly reset, even those that have grown past their old value since.</summary>
    public bool ClearsCounters { get; init; }

    /// <summary>Whether it may have happened between two instants.</summary>
    public bool LiesBetween(DateTimeOffset earlier, DateTimeOffset later) => earlier < Until && later > After;

    /// <summary>Whether it happened between two instants for certain.</summary>
    public bool LiesWithin(DateTimeOffset earlier, DateTimeOffset later) => earlier <= After && later >= Until;
}
