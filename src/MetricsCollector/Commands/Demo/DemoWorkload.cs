using Npgsql;

namespace MetricsCollector.Commands.Demo;

/// <summary>Keeps the shop busy: some twenty small transactions a second, a report now and then, a session that dawdles in its
/// transaction.</summary>
internal sealed partial class DemoWorkload(DemoServer server, TimeProvider time, ILogger<DemoWorkload> logger) : BackgroundService
{
    private const int Clerks = 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var shop = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.Shop) { ApplicationName = "shop" });
        var sessions = Enumerable.Range(0, Clerks)
            .Select(
                _ => RepeatAsync(
                    TimeSpan.FromMilliseconds(100),
                    () => RunAsync(shop, DemoSql.Orders, TimeSpan.Zero, commit: true, stoppingToken),
                    stoppingToken))
            .Append(
                RepeatAsync(
                    TimeSpan.FromSeconds(3),
                    () => RunAsync(shop, DemoSql.Report, TimeSpan.FromSeconds(1), commit: false, stoppingToken),
                    stoppingToken));
        await Task.WhenAll(sessions);
    }

    private async Task RunAsync(NpgsqlDataSource shop, string sql, TimeSpan dawdle, bool commit, CancellationToken stopping)
    {
        await using var connection = await shop.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(stopping);
        await Task.Delay(dawdle, time, stopping);
        if (commit)
        {
            await transaction.CommitAsync(stopping);
        }
    }

    private async Task RepeatAsync(TimeSpan pause, Func<Task> work, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pause, time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work();
                await timer.WaitForNextTickAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException exception)
            {
                Log.Failed(logger, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The demo's workload failed and goes on: {Message}")]
        public static partial void Failed(ILogger logger, string message);
    }
}
