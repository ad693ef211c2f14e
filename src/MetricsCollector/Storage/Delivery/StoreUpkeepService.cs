
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Delivery;

/// <summary>Every few minutes: makes room for what comes and removes what is older than the retention.</summary>
internal sealed partial class StoreUpkeepService(
    IStore store, RetentionClock clock, RetentionPolicy policy, StoreStatus status, TimeProvider time, ILogger<StoreUpkeepService> logger)
    : BackgroundService
{
    /// <summary>Often enough that three hours of partitions ahead outlast many failures.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>A store that takes nothing after this may be full: then only retention makes it ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private bool _failing;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        status.Keeps(policy);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        await Task.WhenAny(status.FirstReady, Task.Delay(Patience, time, stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            await KeepAsync(stoppingToken);
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        try
        {
            var (ahead, reason) = await clock.ReadAsync(policy, stoppingToken).WaitAsync(stoppingToken);
            if (status.HoldsRetention(reason))
            {
                Log.Held(logger, reason!);
            }

            using var trace = WriteMeter.StartUpkeep();
            if (await store.KeepAsync(policy.Extended(ahead), stoppingToken).WaitAsync(stoppingToken) is { } removed)
            {
                Log.Removed(logger, removed, policy.Default);
            }

            _failing = false;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // A store that is away is spoken of by those who write to it.
            if (!_failing && status.Read().State == StoreState.Ready)
            {
                Log.Failed(logger, StoreFailure.Describe(exception), Interval);
            }

            _failing = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Removed {Removed} older than the retention of {Retention}, or of their metric.")]
        public static partial void Removed(ILogger logger, string removed, Snapshots.Duration retention);

        [LoggerMessage(LogLevel.Warning, "Expired history is not removed: {Reason}")]
        public static partial void Held(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "The store could not be kept within its retention, tried again every {Interval}: {Reason}")]
        public static partial void Failed(ILogger logger, string reason, TimeSpan interval);
    }
}
