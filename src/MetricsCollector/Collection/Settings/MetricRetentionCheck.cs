
using MetricsCollector.Catalog;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Collection.Settings;

/// <summary>Logs at the start which settings of retention are for metrics that nobody collects.</summary>
internal sealed partial class MetricRetentionCheck(
    RetentionPolicy policy, CatalogSource catalog, ILogger<MetricRetentionCheck> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in MetricGlobs.Warnings(policy, catalog.Current))
        {
            Log.Unknown(logger, warning);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
        public static partial void Unknown(ILogger logger, string warning);
    }
}
