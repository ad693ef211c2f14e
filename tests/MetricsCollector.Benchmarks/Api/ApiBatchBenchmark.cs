using System.Diagnostics;
using System.Globalization;
using System.Text;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres.Maintenance;
using MetricsCollector.Storage.Postgres.Write;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsCollector.Benchmarks.Api;

/// <summary>The twelve charts of a page about one server over a day, by one request and by twelve.</summary>
internal sealed class ApiBatchBenchmark : IBenchmark
{
    private const int Snapshots = 1440;
    private const int Databases = 5;
    private const int WarmUps = 20;
    private const int Rounds = 100;

    private static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Metric, string Field)[] Charts =
    [
        ("database", "xact_commit"), ("database", "xact_rollback"), ("database", "blks_hit"), ("database", "blks_read"),
        ("database", "deadlocks"), ("database", "temp_bytes"), ("wal", "wal_bytes"), ("wal", "wal_records"),
        ("checkpointer", "num_timed"), ("checkpointer", "buffers_written"), ("server", "connections"), ("database_size", "size"),
    ];

    /// <inheritdoc />
    public string Name => "api-batch";

    /// <inheritdoc />
    public string Summary => "POST query with the twelve charts of a page, 24 h, packed, against the twelve one after the other.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var api = await BenchmarkApi.StartAsync(cancellationToken);
        var watched = api.Latest.Find(BenchmarkApi.Target, StatisticsLosses.Watched)!;
        foreach (var batch in Enumerable.Range(0, Snapshots).Select(minute => Collected(minute, watched)).Chunk(50))
        {
            await api.Services.GetRequiredService<PostgresSnapshotWriter>().WriteAsync(batch, cancellationToken);
        }

        var packer = api.Services.GetRequiredService<HistoryPacker>();
        await packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{api.Service}") };
        var (ours, reference) = (new List<double>(), new List<double>());
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var before = Stopwatch.GetTimestamp();
            using var body = new StringContent(Batch(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/api/v1/query", UriKind.Relative), body, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var together = (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length;
            var between = Stopwatch.GetTimestamp();
            var apart = 0;
            foreach (var chart in Charts)
            {
                apart += (await client.GetByteArrayAsync(Single(chart), cancellationToken)).Length;
            }

            if (round >= WarmUps)
            {
                ours.Add(Stopwatch.GetElapsedTime(before, between).TotalMilliseconds);
                reference.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }

            if (together < apart * 0.9)
            {
                throw new InvalidOperationException($"{together} bytes are less than the {apart} of the single queries.");
            }
        }

        return [new Measurement("twelve charts, 24 h in steps of 5 m", Median(ours), Median(reference), "ms", "ratio <= 0.33")];
    }

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Batch() =>
        $$"""
        { "from": "{{Time(Start)}}", "to": "{{Time(Start.AddDays(1).AddSeconds(-1))}}", "step": "5m", "queries": [
        {{string.Join(",\n", Charts.Select(chart =>
            $$"""{ "target": "{{BenchmarkApi.Target}}", "metric": "{{chart.Metric}}", "field": "{{chart.Field}}" }"""))}}
        ] }
        """;

    private static Uri Single((string Metric, string Field) chart) => new(
        $"/api/v1/query?target={BenchmarkApi.Target}&metric={chart.Metric}&field={chart.Field}"
            + $"&from={Time(Start)}&to={Time(Start.AddDays(1).AddSeconds(-1))}&step=5m",
        UriKind.Relative);

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static CollectionRun Collected(int minute, Snapshot watched)
    {
        var at = Start.AddMinutes(minute).AddMilliseconds(20 + (minute * 7 % 6));
        return new CollectionRun
        {
            Id = Guid.CreateVersion7(at),
            Target = BenchmarkApi.Target,
            Trigger = CollectionTrigger.Schedule,
            StartedAt = at,
            FinishedAt = at.AddMilliseconds(20),
            RoundTrips = 1,
            Snapshots =
            [
                watched with { CollectedAt = at },
                .. Charts.GroupBy(chart => chart.Metric).Select(metric => new Snapshot
                {
                    Target = BenchmarkApi.Target,
                    Metric = metric.Key,
                    // Whether the server was another before is known of a target that was watched all day.
                    Fields = [.. metric.Select(chart => chart.Field), .. metric.Key == "server" ? ServerChanges.Fields : []],
                    CollectedAt = at,
                    Duration = TimeSpan.FromMilliseconds(1),
                    Outcome = Outcome.Ok,
                    Rows = [.. Enumerable.Range(0, metric.Key.StartsWith("database", StringComparison.Ordinal) ? Databases : 1).Select(
                        row => new SnapshotRow(
                            metric.Key.StartsWith("database", StringComparison.Ordinal)
                                ? LabelSet.Of([KeyValuePair.Create("datname", $"db{row}")])
                                : LabelSet.Empty,
                            [
                                .. metric.Select((_, field) => (double?)((minute * (long)(field + 1) * (row + 3)) + (minute * 31 % 17))),
                                .. metric.Key == "server" ? ServerChanges.Fields.Select(_ => (double?)1) : [],
                            ]))],
                }),
            ],
        };
    }
}
