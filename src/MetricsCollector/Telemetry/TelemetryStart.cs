namespace MetricsCollector.Telemetry;

/// <summary>Makes the gauges when the service starts; a command that runs once has none.</summary>
internal sealed class TelemetryStart(IServiceProvider provider) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        provider.GetRequiredService<CollectorGauges>();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
