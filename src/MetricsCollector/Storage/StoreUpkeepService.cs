using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage;

/// <summary>Every few minutes: makes room for what comes and removes what is older than the retention.</summary>
internal sealed partial class StoreUpkeepService(
    IStore store, IOptions<StorageOptions> options, StoreStatus status, TimeProvider time, ILogger<StoreUpkeepService> logger)
    : BackgroundService
{
    /// <summary>Often enough that three hours of partitions ahead outlast many failures.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private bool _failing;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        await status.FirstReady.WaitAsync(stoppingToken);
        do
        {
            try
            {
                if (await store.KeepAsync(options.Value.Retention.Value, stoppingToken) is { } removed)
                {
                    Log.Removed(logger, removed, options.Value.Retention);
                }

                _failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing)
                {
                    Log.Failed(logger, StoreFailure.Describe(exception), Interval);
                }

                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Removed {Removed} older than the retention of {Retention}.")]
        public static partial void Removed(ILogger logger, string removed, Duration retention);

        [LoggerMessage(LogLevel.Warning, "The store could not be kept within its retention, tried again every {Interval}: {Reason}")]
        public static partial void Failed(ILogger logger, string reason, TimeSpan interval);
    }
}
