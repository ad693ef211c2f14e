// Npgsql marks its connector as experimental, as it does converters.
#pragma warning disable NPG9001

using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace MetricsCollector.Targets;

/// <summary>
/// The socket under a connection. Npgsql ends a read by the time since the last byte, waits for its own request to cancel, and reads what is
/// left of an answer when a reader or connection is closed, so a server that keeps sending keeps it waiting. Closing the socket ends all of it
/// at once. Npgsql does not show the socket; <c>ConnectionSocketTests</c> fails when a new version keeps it elsewhere.
/// </summary>
internal static class ConnectionSocket
{
    /// <summary>Closes it; whatever reads or writes then fails, and the connection is broken.</summary>
    public static void Cut(NpgsqlConnection connection)
    {
        if (Of(connection) is { } socket)
        {
            socket.Dispose();
        }
    }

    /// <summary>The port at this end of a TCP connection; null for another kind of socket.</summary>
    public static int? LocalPort(NpgsqlConnection connection) => (Of(connection)?.LocalEndPoint as IPEndPoint)?.Port;

    private static Socket? Of(NpgsqlConnection connection) => ConnectorOf(connection) is { } connector ? SocketOf(connector) : null;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket? SocketOf(NpgsqlConnector connector);
}
