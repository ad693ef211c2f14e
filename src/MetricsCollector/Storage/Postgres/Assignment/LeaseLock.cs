namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>One advisory lock.</summary>
/// <param name="Target">The target; null for the lock that says a collector is there.</param>
/// <param name="Pid">The server process that holds it.</param>
/// <param name="Instance">The run of the collector.</param>
/// <param name="Group">What stands for the targets it knows.</param>
/// <param name="Name">What it is called.</param>
internal sealed record LeaseLock(string? Target, int Pid, string Instance, string Group, string Name);
