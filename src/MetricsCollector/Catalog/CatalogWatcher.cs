namespace MetricsCollector.Catalog;

/// <summary>Looks at the metric files every two seconds: notices of the file system are lost on network drives and container
/// mounts.</summary>
internal sealed partial class CatalogWatcher(CatalogSource source, TimeProvider time, ILogger<CatalogWatcher> logger) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!source.HasDirectories)
        {
            return;
        }

        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                source.Look();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Broke(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Reading the metric files again failed unexpectedly; retrying in two seconds")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
