using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection;

/// <summary>Runs every target's schedule side by side until the host stops.</summary>
internal sealed partial class CollectorService(TargetCollectors collectors, IOptions<CollectionOptions> options, ILogger<CollectorService> logger) : BackgroundService
{
    // Not disposed of: it has no timer before the stop, and passes may look at it to their end.
    private readonly CancellationTokenSource _giveUp = new();

    /// <summary>Begins no more passes, and waits for those that run: half of the time that stopping may take, so that they can still be stored.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _giveUp.CancelAfter(options.Value.StopTimeout.Value / 2);
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(collectors.All.Select(collector => collector.FinishAsync(_giveUp.Token)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (collectors.All.Count == 0)
        {
            Log.NoTargets(logger);
            return;
        }

        using var parallel = new SemaphoreSlim(options.Value.MaxParallelTargets);
        await Task.WhenAll(collectors.All.Select(collector => RunAsync(collector, parallel, stoppingToken, _giveUp.Token)));
    }

    private static async Task RunAsync(TargetCollector collector, SemaphoreSlim parallel, CancellationToken stopping, CancellationToken giveUp)
    {
        try
        {
            await Task.Yield();
            await collector.RunScheduleAsync(parallel, stopping, giveUp);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; what was collected is with the writer.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No target is set, so nothing is collected; set Targets__0__Name and Targets__0__ConnectionString, or PGHOST and its companions")]
        public static partial void NoTargets(ILogger logger);
    }
}
