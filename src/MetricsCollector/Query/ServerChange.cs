namespace MetricsCollector.Query;

/// <summary>Between two instants a target was started anew, or another server took its place.</summary>
/// <param name="After">When the server before was last seen.</param>
/// <param name="Until">When the one after was first seen.</param>
/// <param name="Reason"><see cref="ResetReason.Restart"/> or <see cref="ResetReason.Failover"/>.</param>
public readonly record struct ServerChange(DateTimeOffset After, DateTimeOffset Until, ResetReason Reason)
{
    /// <summary>Whether it may have happened between two instants.</summary>
    public bool LiesBetween(DateTimeOffset earlier, DateTimeOffset later) => earlier < Until && later > After;
}
