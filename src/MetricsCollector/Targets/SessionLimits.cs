namespace MetricsCollector.Targets;

/// <summary>What a session may cost a watched server.</summary>
/// <param name="Timeout">How long connecting, and how long each statement may take; PostgreSQL's <c>statement_timeout</c>.</param>
/// <param name="LockTimeout">How long a statement may wait for a lock; PostgreSQL's <c>lock_timeout</c>.</param>
public sealed record SessionLimits(TimeSpan Timeout, TimeSpan LockTimeout);
