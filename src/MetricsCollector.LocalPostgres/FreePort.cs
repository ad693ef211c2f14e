using System.Net;
using System.Net.Sockets;

namespace MetricsCollector.LocalPostgres;

/// <summary>Ports on 127.0.0.1 that nobody listens on.</summary>
internal static class FreePort
{
    // Below every system's range of ports for outgoing connections, so that a stopped server finds its port free again.
    private const int Lowest = 15_000;
    private const int Highest = 30_000;
    private const int Attempts = 200;

    /// <summary>A port that is free now; by the time the server binds it, somebody else may have been faster.</summary>
    public static int Choose()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException) when (attempt < Attempts - 1)
            {
                continue;
            }
        }

        throw new LocalPostgresException(
            $"No free port between {Lowest} and {Highest} on 127.0.0.1: set "
                + $"{nameof(LocalServerOptions)}.{nameof(LocalServerOptions.Port)}.");
    }
}
