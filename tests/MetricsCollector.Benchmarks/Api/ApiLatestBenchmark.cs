using MetricsCollector.Snapshots;

namespace MetricsCollector.Benchmarks.Api;

/// <summary>The newest snapshot of one metric, 40 rows of 20 fields, against a web server that has the same bytes in memory.</summary>
internal sealed class ApiLatestBenchmark : IBenchmark
{
    private const string Metric = "tables";
    private const int Rows = 40;
    private const int Fields = 20;

    /// <inheritdoc />
    public string Name => "api-latest";

    /// <inheritdoc />
    public string Summary => "GET snapshots/latest with 40 rows against Kestrel answering the same bytes from memory.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var api = await BenchmarkApi.StartAsync(cancellationToken);

        // Newer than what was collected, so that it stays.
        api.Latest.Update([Made(DateTimeOffset.UtcNow.AddSeconds(1))]);
        return
        [
            .. await new HttpComparison(api, $"/api/v1/snapshots/latest?target={BenchmarkApi.Target}&metric={Metric}")
            .RunAsync("latest, 40 rows", "ratio >= 0.6", cancellationToken),
            .. await new HttpComparison(
                api, $"/api/v1/snapshots/latest?target={BenchmarkApi.Target}&metric={Metric}&fields=seq_scan,n_live_tup")
            .RunAsync("latest, 40 rows, 2 fields of them, written anew", "shown", cancellationToken),
        ];
    }

    private static Snapshot Made(DateTimeOffset at) => new()
    {
        Target = BenchmarkApi.Target,
        Metric = Metric,
        Fields = ["seq_scan", "n_live_tup", .. Enumerable.Range(2, Fields - 2).Select(field => $"field_{field}")],
        CollectedAt = at,
        Duration = TimeSpan.FromMilliseconds(1.5),
        Outcome = Outcome.Ok,
        Rows = [.. Enumerable.Range(0, Rows).Select(row => new SnapshotRow(
            LabelSet.Of([KeyValuePair.Create("datname", "app"), KeyValuePair.Create("relname", $"table_{row}")]),
            [.. Enumerable.Range(0, Fields).Select(field => (double?)((row * 1_000_003L) + (field * 7919)))]))],
    };
}
