using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage;

/// <summary>Every few minutes: makes the partitions of the hours ahead and drops those that are older than the retention.</summary>
internal sealed partial class StoreUpkeepService(
    PartitionKeeper partitions, IOptions<StorageOptions> options, StoreStatus status, TimeProvider time, ILogger<StoreUpkeepService> logger)
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
                await partitions.CreateAheadAsync(stoppingToken);
                var dropped = await partitions.DropExpiredAsync(options.Value.Retention.Value, stoppingToken);
                if (dropped > 0)
                {
                    Log.Dropped(logger, dropped, options.Value.Retention);
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
        [LoggerMessage(LogLevel.Information, "Dropped {Partitions} partitions that are older than the retention of {Retention}.")]
        public static partial void Dropped(ILogger logger, int partitions, Duration retention);

        [LoggerMessage(LogLevel.Warning, "The partitions of the store could not be kept, tried again every {Interval}: {Reason}")]
        public static partial void Failed(ILogger logger, string reason, TimeSpan interval);
    }
}
