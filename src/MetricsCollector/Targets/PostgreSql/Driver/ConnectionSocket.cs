// Npgsql marks its connector as experimental, as it does converters.
#pragma warning disable NPG9001

using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>
/// The socket under a connection. Npgsql ends a read by the time since the last byte, waits for its own request to cancel, and reads what
/// is left of an answer when a reader or connection is closed, so a server that keeps sending keeps it waiting. Closing the socket ends all
/// of it at once. Npgsql does not show the socket; <c>ConnectionSocketTests</c> fails when a new version keeps it elsewhere.
/// </summary>
internal static class ConnectionSocket
{
    // More than an attempt to connect to a list of hosts goes through.
    private const int MostSteps = 500;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Closes it; whatever reads or writes then fails, and the connection is broken.</summary>
    public static void Cut(NpgsqlConnection connection)
    {
        if (ConnectorOf(connection) is { } connector)
        {
            SocketOf(connector)?.Dispose();
        }
    }

    /// <summary>
    /// Closes the socket of an attempt to connect, which Npgsql does not end while a server sends without pause after the login. Until the
    /// attempt has succeeded only Npgsql's own asynchronous methods hold the connector: it is looked for in what they wait for.
    /// </summary>
    public static void Cut(Task opening)
    {
        var waiting = new Queue<object>([opening]);
        for (var step = 0; step < MostSteps && waiting.TryDequeue(out var next); step++)
        {
            if (next is NpgsqlConnector connector)
            {
                SocketOf(connector)?.Dispose();
                return;
            }

            foreach (var value in next.GetType().GetFields(Fields).Select(field => field.GetValue(next)))
            {
                if (value is NpgsqlConnector or Task or IAsyncStateMachine or INotifyCompletion
                    || value?.GetType().Name.StartsWith("ValueTask", StringComparison.Ordinal) == true)
                {
                    waiting.Enqueue(value);
                }
            }
        }
    }

    /// <summary>The port at this end of a TCP connection; null for another kind of socket.</summary>
    public static int? LocalPort(NpgsqlConnection connection) =>
        ConnectorOf(connection) is { } connector ? (SocketOf(connector)?.LocalEndPoint as IPEndPoint)?.Port : null;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket? SocketOf(NpgsqlConnector connector);
}
