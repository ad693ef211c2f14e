using System.Runtime.InteropServices;

namespace MetricsCollector.LocalPostgres.Processes;

/// <summary>Ends the servers of this process with it: on a normal exit, an unhandled exception, or a signal.</summary>
internal static class ExitGuard
{
    private static readonly Lock Gate = new();
    private static readonly List<LocalServer> Servers = [];
    private static List<PosixSignalRegistration>? signals;
    private static bool watchesExit;

    public static void Add(LocalServer server, bool onSignal)
    {
        lock (Gate)
        {
            Servers.Add(server);
            if (!watchesExit)
            {
                watchesExit = true;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => AbandonAll(_ => true);
                AppDomain.CurrentDomain.UnhandledException += (_, _) => AbandonAll(_ => true);
            }

            if (onSignal)
            {
                signals ??= [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
                    .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
            }
        }
    }

    public static void Remove(LocalServer server)
    {
        lock (Gate)
        {
            Servers.Remove(server);
        }
    }

    // A signal ends a .NET process without ProcessExit unless somebody cancels it and shuts down in order.
    private static void OnSignal(PosixSignalContext context)
    {
        if (!context.Cancel)
        {
            AbandonAll(server => server.StopsOnSignal);
        }
    }

    private static void AbandonAll(Func<LocalServer, bool> which)
    {
        List<LocalServer> servers;
        lock (Gate)
        {
            servers = [.. Servers.Where(which)];
        }

        Parallel.ForEach(servers, server => server.Abandon());
    }
}
