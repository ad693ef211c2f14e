using System.Globalization;
using System.Text.Json;
using MetricsCollector.Collection.Timing;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>Two collectors on one store, one of them killed and started again.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SharedFleetTests
{
    private const int TargetCount = 20;

    // A trial on a machine of its own, such as METRICS_COLLECTOR_TRIAL_SECONDS=600, also looks at how long a target goes without a
    // collection.
    private static readonly string? Trial = Environment.GetEnvironmentVariable("METRICS_COLLECTOR_TRIAL_SECONDS");

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(double.Parse(Trial ?? "20", CultureInfo.InvariantCulture));

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_a_collector_is_killed_again_and_again_the_other_takes_over_and_no_target_is_collected_twice_for_a_tick()
    {
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                FromTemplate = true,
                Settings = new Dictionary<string, string> { ["max_connections"] = "200" },
            }, Cancellation);
        using var directory = new TemporaryDirectory();
        var file = directory.File("settings.json");
        await File.WriteAllTextAsync(file, Settings(server.ConnectionString()), Cancellation);
        await using var store = NpgsqlDataSource.Create(server.ConnectionString());
        await using (Start(directory, file, "stays"))
        {
            await Eventually.TrueAsync(
                async () => await ScalarAsync(store, "SELECT count(DISTINCT target_id) FROM collections") == TargetCount,
                "all targets are collected");
            var random = new Random(1);
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < Length)
            {
                // Disposing of it kills it.
                await using (Start(directory, file, "dies"))
                {
                    await Eventually.TrueAsync(async () => await ScalarAsync(store, Holders) == 2, "both hold targets");
                    await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 10), Cancellation);
                }

                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 10), Cancellation);
            }

            var last = TimeProvider.System.GetUtcNow();
            await Eventually.TrueAsync(
                async () => (await CollectionsAsync(store)).Values.All(times => times[^1] > last), "who stays collects all targets");
        }

        var collections = await CollectionsAsync(store);
        Assert.Equal(TargetCount, collections.Count);
        foreach (var (target, times) in collections)
        {
            var schedule = new Schedule(target, new Dictionary<string, TimeSpan> { ["up"] = Interval });
            if (Trial is not null)
            {
                Assert.All(
                    times.Zip(times.Skip(1)),
                    pair => Assert.True(pair.Second - pair.First <= Interval * 2, $"{target}: {pair.First:O} to {pair.Second:O}"));
            }

            Assert.Empty(times.GroupBy(schedule.Next)
                .Where(tick => tick.Count() > 1)
                .Select(tick => tick.Select(time => time.ToString("O", CultureInfo.InvariantCulture)))
                .Select(tick => $"{target}: {string.Join(", ", tick)}"));
        }
    }

    private const string Holders =
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' "
        + "AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'mc-lease%')";

    private static CollectorProcess Start(TemporaryDirectory directory, string file, string name) => CollectorProcess.Start(
        directory,
        new Dictionary<string, string>
        {
            ["Settings:File"] = file,
            ["Collection:Name"] = name,
            ["Storage:Spool:Path"] = directory.File($"{name}.db"),
        },
        "--urls",
        "http://127.0.0.1:0");

    private static string Settings(string connectionString) => JsonSerializer.Serialize(new
    {
        ConnectionStrings = new { Store = connectionString },
        Targets = Enumerable.Range(0, TargetCount).Select(i => new
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"t{i}"),
            ConnectionString = connectionString,
            Metrics = new[] { "up" },
            Intervals = new Dictionary<string, string> { ["*"] = "4s" },
        }),
    });

    private static async Task<long> ScalarAsync(NpgsqlDataSource store, string sql)
    {
        try
        {
            await using var command = store.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync(Cancellation))!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The collector has not made its schema yet.
            return 0;
        }
    }

    private static async Task<Dictionary<string, List<DateTimeOffset>>> CollectionsAsync(NpgsqlDataSource store)
    {
        var collections = new Dictionary<string, List<DateTimeOffset>>();
        await using var command = store.CreateCommand(
            "SELECT t.name, c.started_at FROM collections c JOIN targets t USING (target_id) "
            + "WHERE c.trigger = 'schedule' ORDER BY c.started_at");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            collections.TryAdd(reader.GetString(0), []);
            collections[reader.GetString(0)].Add(reader.GetFieldValue<DateTimeOffset>(1));
        }

        return collections;
    }
}
