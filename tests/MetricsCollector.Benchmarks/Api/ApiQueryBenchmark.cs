using System.Diagnostics;
using System.Globalization;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Postgres.Maintenance;
using MetricsCollector.Storage.Postgres.Write;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MetricsCollector.Benchmarks.Api;

/// <summary>A day of one field of one series over HTTP, out of packed history, against a SELECT of the same rows by index.</summary>
internal sealed class ApiQueryBenchmark : IBenchmark
{
    private const string Metric = "tables";
    private const string Field = "seq_scan";
    private const int Series = 340;
    private const int Snapshots = 1440;
    private const int WarmUps = 100;
    private const int Rounds = 400;

    private static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public string Name => "api-query";

    /// <inheritdoc />
    public string Summary => "GET query: 24 h of one field of one series, packed, against a SELECT of the same rows by index.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var api = await BenchmarkApi.StartAsync(cancellationToken);
        // Whether the server was another before, or lost its statistics, is known of a target that was watched all day.
        Snapshot[] watched = [.. new[] { ServerChanges.Metric, StatisticsLosses.Watched }.Select(
            metric => api.Latest.Find(BenchmarkApi.Target, metric) ?? throw new InvalidOperationException($"{metric} was not collected."))];
        foreach (var batch in Enumerable.Range(0, Snapshots).Select(minute => Collected(minute, watched)).Chunk(20))
        {
            await api.Services.GetRequiredService<PostgresSnapshotWriter>().WriteAsync(batch, cancellationToken);
        }

        // One table in order of time: the reference plans no partitions.
        await ExecuteAsync(
            api,
            """
            CREATE TABLE raw_rows (LIKE metrics_raw);
            INSERT INTO raw_rows SELECT * FROM metrics_raw ORDER BY collected_at, series_id;
            ALTER TABLE raw_rows ADD PRIMARY KEY (series_id, collected_at);
            """,
            cancellationToken);
        var packer = api.Services.GetRequiredService<HistoryPacker>();
        await packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync(api, "24 h packed by hour, 288 points", cancellationToken);
        await packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        return [.. hours, .. await MeasureAsync(api, "24 h packed by day, 288 points", cancellationToken)];
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchmarkApi api, string what, CancellationToken cancellationToken)
    {
        await using var source = StoreConnectionString.CreateDataSource(api.Store);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(api, "ANALYZE", cancellationToken);
        var ids = await IdsAsync(connection, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{api.Service}") };
        var (ours, reference, allocated) = (new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var row = round % Series;
            var bytes = GC.GetTotalAllocatedBytes();
            var before = Stopwatch.GetTimestamp();
            var body = await client.GetByteArrayAsync(Question(row), cancellationToken);
            var between = Stopwatch.GetTimestamp();
            var after = GC.GetTotalAllocatedBytes();
            await SelectAsync(connection, ids[$"table_{row}"], cancellationToken);
            if (round >= WarmUps)
            {
                ours.Add(Stopwatch.GetElapsedTime(before, between).TotalMilliseconds);
                reference.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
                allocated += after - bytes;
            }

            if (body.Length < 5_000)
            {
                throw new InvalidOperationException($"{body.Length} bytes are no answer for a day.");
            }
        }

        return
        [
            new Measurement(what, Median(ours), Median(reference), "ms", "ratio <= 1.5"),
            new Measurement($"{what}: allocated, client included", allocated / (double)Rounds, null, "bytes/request", "shown"),
        ];
    }

    private static async Task ExecuteAsync(BenchmarkApi api, string sql, CancellationToken cancellationToken)
    {
        await using var source = StoreConnectionString.CreateDataSource(api.Store);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Uri Question(int row) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"/api/v1/query?target={BenchmarkApi.Target}&metric={Metric}&field={Field}&label=relname:table_{row}"
            + $"&from={Start:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={Start.AddDays(1).AddSeconds(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}&step=5m"),
        UriKind.Relative);

    private static async Task<Dictionary<string, int>> IdsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT labels->>'relname', series_id FROM series WHERE labels->>'relname' LIKE 'table_%'", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids[reader.GetString(0)] = reader.GetInt32(1);
        }

        return ids;
    }

    private static async Task SelectAsync(NpgsqlConnection connection, int series, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT collected_at, readings[1] FROM raw_rows WHERE series_id = @series AND collected_at >= @from AND collected_at < @to "
                + "ORDER BY collected_at",
            connection);
        command.Parameters.AddWithValue("series", series);
        command.Parameters.AddWithValue("from", Start.UtcDateTime);
        command.Parameters.AddWithValue("to", Start.AddDays(1).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = 0;
        for (; await reader.ReadAsync(cancellationToken); rows++)
        {
            _ = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetDouble(1));
        }

        if (rows != Snapshots)
        {
            throw new InvalidOperationException($"{rows} rows came back of {Snapshots}.");
        }
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static CollectionRun Collected(int minute, IReadOnlyList<Snapshot> watched)
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
                .. watched.Select(snapshot => snapshot with { CollectedAt = at }),
                new Snapshot
                {
                    Target = BenchmarkApi.Target,
                    Metric = Metric,
                    Fields = [Field, .. Enumerable.Range(1, 19).Select(field => $"field_{field}")],
                    CollectedAt = at,
                    Duration = TimeSpan.FromMilliseconds(1),
                    Outcome = Outcome.Ok,
                    Rows = [.. Enumerable.Range(0, Series).Select(row => new SnapshotRow(
                        LabelSet.Of([KeyValuePair.Create("relname", $"table_{row}")]),
                        [.. Enumerable.Range(0, 20)
                            .Select(field => (double?)((minute * (long)(field + 1) * (row + 3)) + (minute * 31 * field % 17)))]))],
                },
            ],
        };
    }
}
