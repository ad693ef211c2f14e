namespace MetricsCollector.Benchmarks.Api;

/// <summary>A scrape of everything one target has, against a web server that has the same bytes in memory.</summary>
internal sealed class ApiMetricsBenchmark : IBenchmark
{
    /// <inheritdoc />
    public string Name => "api-metrics";

    /// <inheritdoc />
    public string Summary => "GET /metrics with the default catalog of one target against Kestrel answering the same bytes from memory.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var api = await BenchmarkApi.StartAsync(cancellationToken);
        return await new HttpComparison(api, "/metrics").RunAsync("/metrics", "shown", cancellationToken);
    }
}
