using System.Diagnostics;
using System.Globalization;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <content>Connecting, which ends in time whatever the server sends.</content>
public sealed partial class TargetSession
{
    // How long saying goodbye, and Npgsql's own end of an attempt to connect, may take.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await CloseAsync();
        if (!_abandoned.IsCompleted)
        {
            throw new TimeoutException("The server has not ended an earlier attempt to connect.");
        }

        var connection = _dataSource.CreateConnection();
        var opening = DriverTables.OpenAsync(connection, sharedTables ?? DriverTables.SharedByDefault, cancellationToken);
        try
        {
            // Npgsql ends by itself, but for a server that sends without pause after the login.
            await opening.WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!opening.IsCompleted && !await EndsAsync(opening))
            {
                ConnectionSocket.Cut(opening);
                await EndsAsync(opening);
            }

            if (!opening.IsCompleted)
            {
                _abandoned = DisposeAfterAsync(opening, connection);
                throw new OperationCanceledException(cancellationToken);
            }

            await opening;
        }
        catch (Exception exception)
        {
            if (opening.IsCompleted)
            {
                await connection.DisposeAsync();
            }

            throw IsUnsuitable(exception) && !cancellationToken.IsCancellationRequested
                ? await new HostKinds(target, limits, database).ExplainAsync(cancellationToken)
                : Explained(exception, cancellationToken);
        }

        _connection = connection;
        Server = string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");
        _openedAt = Stopwatch.GetTimestamp();
        _prepared.Clear();
        _direct = false;
        _lostToStatement = false;
        _locked = false;
    }

    private static async Task<bool> EndsAsync(Task opening)
    {
        await opening.WaitAsync(Grace, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return opening.IsCompleted;
    }

    private static async Task DisposeAfterAsync(Task opening, NpgsqlConnection connection)
    {
        await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }
}
