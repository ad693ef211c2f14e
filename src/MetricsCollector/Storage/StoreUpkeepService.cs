using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage;

/// <summary>Every few minutes: drops what is older than the retention, makes the partitions of the hours ahead, packs what is closed.</summary>
internal sealed partial class StoreUpkeepService(
    StoreUpkeep upkeep, IOptions<StorageOptions> options, StoreStatus status, TimeProvider time, ILogger<StoreUpkeepService> logger)
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
                var done = await upkeep.RunAsync(stoppingToken);
                if (done.Dropped > 0)
                {
                    Log.Dropped(logger, done.Dropped, options.Value.Retention);
                }

                if (done.RemovedSeries > 0)
                {
                    Log.Removed(logger, done.RemovedSeries, options.Value.Retention);
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

        [LoggerMessage(LogLevel.Information, "Removed {Series} series that were not seen for longer than the retention of {Retention}.")]
        public static partial void Removed(ILogger logger, int series, Duration retention);

        [LoggerMessage(LogLevel.Warning, "The store could not be kept in order, tried again every {Interval}: {Reason}")]
        public static partial void Failed(ILogger logger, string reason, TimeSpan interval);
    }
}
