using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection;

/// <summary>Runs every target's schedule side by side until the host stops.</summary>
internal sealed partial class CollectorService(TargetCollectors collectors, IOptions<CollectionOptions> options, ILogger<CollectorService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (collectors.All.Count == 0)
        {
            Log.NoTargets(logger);
            return;
        }

        using var parallel = new SemaphoreSlim(options.Value.MaxParallelTargets);
        await Task.WhenAll(collectors.All.Select(collector => RunAsync(collector, parallel, stoppingToken)));
    }

    private static async Task RunAsync(TargetCollector collector, SemaphoreSlim parallel, CancellationToken stopping)
    {
        try
        {
            await Task.Yield();
            await collector.RunScheduleAsync(parallel, stopping);
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
