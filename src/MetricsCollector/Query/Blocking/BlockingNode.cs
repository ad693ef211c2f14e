namespace MetricsCollector.Query.Blocking;

/// <summary>A session in the tree.</summary>
/// <param name="Session">The session.</param>
/// <param name="Depth">0 for one that does not wait; else one more than the session under which it stands.</param>
/// <param name="Parent">The session under which it stands: of those it waits for, the one that is deepest; null at the top.</param>
/// <param name="Details">What is known of it.</param>
/// <param name="Waits">Its edges; empty for one that does not wait.</param>
/// <param name="Blocks">How many sessions wait for it, directly or behind others.</param>
/// <param name="InCycle">Whether it waits for itself behind others, which PostgreSQL ends after <c>deadlock_timeout</c>.</param>
public sealed record BlockingNode(
    BlockingSession Session,
    int Depth,
    BlockingSession? Parent,
    BlockingDetails Details,
    IReadOnlyList<LockWait> Waits,
    int Blocks,
    bool InCycle);
