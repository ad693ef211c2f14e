namespace MetricsCollector.Query.Blocking;

/// <summary>A session, or a prepared transaction, that waits or that others wait for.</summary>
/// <param name="Pid">Its process; 0 for a prepared transaction.</param>
/// <param name="Gid">The global identifier of a prepared transaction; empty for a session, and where it was not found.</param>
public readonly record struct BlockingSession(int Pid, string Gid);
