using System.Diagnostics;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>Removes what owners left that were killed before they could.</summary>
internal static class InstanceSweep
{
    // One that ends takes less; a frozen one never ends, and whoever starts a server waits for it.
    private const int Seconds = 10;

    /// <summary>Stops the servers and deletes the directories below the parent whose owner is gone; kept data stays.</summary>
    public static async Task RunAsync(string parent, PostgresBinaries binaries, ServerUser? user, CancellationToken cancellationToken)
    {
        foreach (var directory in Directory.EnumerateDirectories(parent).Select(path => new InstanceDirectory(path)))
        {
            if (directory.ReadOwner() is not { } owner || !owner.IsGone())
            {
                continue;
            }

            try
            {
                await SweepAsync(directory, owner, binaries, user, cancellationToken);
            }
            catch (Exception error) when (error is LocalPostgresException or IOException or UnauthorizedAccessException)
            {
                // Another start is sweeping it too, or a file is in use: what is left is there for the next start.
                Debug.WriteLine(error.Message);
            }
        }
    }

    private static async Task SweepAsync(
        InstanceDirectory directory, InstanceOwner owner, PostgresBinaries binaries, ServerUser? user, CancellationToken cancellationToken)
    {
        // pg_ctl of any major version stops the server of any other: it only reads the process id and sends a signal.
        var cluster = new Cluster(binaries, directory, owner.DataDirectory, user);
        if (await cluster.TryStopAsync(owner.Keep ? "fast" : "immediate", cancellationToken, Seconds))
        {
            directory.Close(owner);
        }
    }
}
