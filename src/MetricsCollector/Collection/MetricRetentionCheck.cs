using System.IO.Enumeration;
using MetricsCollector.Catalog;
using MetricsCollector.Storage;

namespace MetricsCollector.Collection;

/// <summary>Warns of a retention for metrics that nobody knows. No error: metrics that left the catalog may still have history.</summary>
internal sealed partial class MetricRetentionCheck(RetentionPolicy policy, CatalogSource catalog, ILogger<MetricRetentionCheck> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var glob in policy.ByGlob.Keys)
        {
            if (!catalog.Current.Metrics.Any(metric => FileSystemName.MatchesSimpleExpression(glob, metric.Name, ignoreCase: false)))
            {
                Log.Unknown(logger, glob);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Storage:MetricRetention names '{Glob}', which is no metric of the catalog: write a name that /api/v1/metrics lists, or a glob such as statement*.")]
        public static partial void Unknown(ILogger logger, string glob);
    }
}
