using System.Globalization;
using System.Net.Sockets;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Commands.Reports;

/// <summary>
/// Finds out why a target that takes connections does not answer in time. A pooler keeps its clients waiting while the server refuses its
/// own connections, and says why later than a collection may wait; a person can.
/// </summary>
internal static class SilentTarget
{
    private const string WhatToLookAt =
        "it takes connections and does not answer logins. A pooler such as PgBouncer does that while it gets no connection to the server: "
        + "look at its log and, in its console, at SHOW POOLS and SHOW SERVERS, and on the server at max_connections and at the CONNECTION "
        + "LIMIT of role and database (SELECT rolname, rolconnlimit FROM pg_roles)";

    // PgBouncer tries again, and tells, after server_login_retry, 15 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(2);

    /// <summary>What it says when it is given more time, or what to look at; null when nothing takes connections there.</summary>
    /// <param name="target">The target.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<string?> ExplainAsync(Target target, CancellationToken cancellationToken)
    {
        if (target.Server.Hosts is not [var host]
            || (!host.IsSocket && !await TakesConnectionsAsync(host.Name, host.Port, cancellationToken)))
        {
            return null;
        }

        var settings = new NpgsqlConnectionStringBuilder(target.Connection.ConnectionString)
        {
            Pooling = false,
            Timeout = (int)Patience.TotalSeconds,
        };
        await using var source = target.Server.SlimBuilder(settings, target.Name).Build();
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken).AsTask()
                .WaitAsync(Patience + Reach, cancellationToken);
            var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            return $"it answered a login after {took} s: make Collection:Timeout longer, or see why it is slow";
        }
        catch (PostgresException exception)
        {
            return $"given more time, {Failure.Describe(exception, target)}";
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            return WhatToLookAt;
        }
    }

    private static async Task<bool> TakesConnectionsAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Reach);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, deadline.Token);
            return true;
        }
        catch (Exception exception)
            when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
