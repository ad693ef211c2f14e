using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>Who started a server and what is to be removed once that process is gone.</summary>
/// <param name="Machine">The machine's (or container's) name: process ids mean nothing elsewhere.</param>
/// <param name="Process">The process that owns the server.</param>
/// <param name="DataDirectory">The server's data directory.</param>
/// <param name="Keep">The files outlive their owner.</param>
/// <param name="DeleteData">The data directory was made for this server.</param>
internal sealed record InstanceOwner(string Machine, ProcessIdentity Process, string DataDirectory, bool Keep, bool DeleteData)
{
    /// <summary>Whether the owner has ended without cleaning up.</summary>
    public bool IsGone() => Machine == Environment.MachineName && Process.IsGone();
}
