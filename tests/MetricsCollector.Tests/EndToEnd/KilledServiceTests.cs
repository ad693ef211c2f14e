using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Postgres.Read;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// <c>kill -9</c> of the service at random moments under load: every collection that it acknowledged is stored exactly once, whole.
/// METRICS_COLLECTOR_KILL_ROUNDS sets how often it is killed; default 1.
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed class KilledServiceTests(PostgresFixture postgres)
{
    private const int Targets = 4;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("METRICS_COLLECTOR_KILL_ROUNDS"), CultureInfo.InvariantCulture, out var rounds)
            ? rounds
            : 1;

    private readonly ConcurrentDictionary<Guid, bool> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_postgresql_store_has_what_was_acknowledged_though_it_goes_away_too()
    {
        // What this server acknowledges outlasts its own end.
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                FromTemplate = true,
                Major = TestMajors.All[0],
                Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on" },
            }, Cancellation);
        await using var source = StoreConnectionString.CreateDataSource(server.ConnectionString());
        await KillAndCompareAsync(server.ConnectionString(), new PostgresSnapshotReader(source), server);
    }

    [Fact]
    public async Task A_file_store_has_what_was_acknowledged() => await KillAndCompareAsync(null, null, null);

    private async Task KillAndCompareAsync(string? store, ISnapshotReader? reader, LocalServer? server)
    {
        using var directory = new TemporaryDirectory();
        var settings = Settings(store);
        for (var round = 0; round < Rounds; round++)
        {
            if (server is not null)
            {
                await server.StartAgainAsync(Cancellation);
            }

            await using var service = CollectorProcess.Start(directory, settings, "--urls", "http://127.0.0.1:0");
            await RunUntilKilledAsync(service, early: round % 5 == 4, round % 3 == 0 ? server : null);
        }

        if (server is not null)
        {
            await server.StartAgainAsync(Cancellation);
        }

        await using var last = CollectorProcess.Start(directory, settings, "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = await last.Listening };
        await Eventually.TrueAsync(() => IsSettledAsync(client), "all that waited is stored");
        TestContext.Current.SendDiagnosticMessage("{0} rounds, {1} acknowledged collections", Rounds, _acknowledged.Count);
        await CompareAsync(reader ?? new SqliteSnapshotReader(new SqliteFile(directory.File("data/metrics_raw.db"))));
    }

    private Dictionary<string, string> Settings(string? store)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Store"] = store ?? string.Empty,
            ["Collection:Interval"] = "1s",
            ["Collection:Manual:PerMinute"] = "6000",
        };
        for (var i = 0; i < Targets; i++)
        {
            settings[$"Targets:{i}:Name"] = $"t{i}";
            settings[$"Targets:{i}:ConnectionString"] = postgres.ConnectionString;
        }

        return settings;
    }

    // Early is while the process starts, replays and makes its schema.
    private async Task RunUntilKilledAsync(CollectorProcess service, bool early, LocalServer? server)
    {
#pragma warning disable CA5394 // Nothing secret hangs on it.
        var lifetime = TimeSpan.FromMilliseconds(early ? Random.Shared.Next(200, 2_000) : Random.Shared.Next(1_500, 6_000));
        var stoppedAfter = TimeSpan.FromMilliseconds(Random.Shared.Next(500, 4_000));
#pragma warning restore CA5394
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var before = _acknowledged.Count;
        var asking = ExecuteAsync(service, killed.Token);
        if (!early)
        {
            await Eventually.TrueAsync(() => Task.FromResult(_acknowledged.Count > before), "something is acknowledged");
        }

        var stopping = server is null ? Task.CompletedTask : StopAsync(server, stoppedAfter, killed.Token);

        await Task.Delay(lifetime, Cancellation);
        await service.KillAsync();
        await killed.CancelAsync();
        await asking;
        await stopping;
    }

    private static async Task StopAsync(LocalServer server, TimeSpan after, CancellationToken killed)
    {
        await Task.Delay(after, killed)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await server.KillAsync(Cancellation);
    }

    private async Task ExecuteAsync(CollectorProcess service, CancellationToken killed)
    {
        try
        {
            using var client = new HttpClient { BaseAddress = await service.Listening.WaitAsync(killed) };
            await Task.WhenAll(
                Enumerable.Range(0, Targets).Select(i => CollectAsync(client, $"t{i}", killed)).Append(ListAsync(client, killed)));
        }
        catch (OperationCanceledException) when (killed.IsCancellationRequested)
        {
            // Killed before it listened, or while it answered.
        }
    }

    private async Task CollectAsync(HttpClient client, string target, CancellationToken killed)
    {
        while (!killed.IsCancellationRequested)
        {
            await TakeAsync(
                () => client.PostAsJsonAsync(
                    "/api/v1/collections", new { targets = new[] { target }, metrics = new[] { "up", "database", "activity", "io" } },
                    killed),
                "stored", killed);
        }
    }

    private async Task ListAsync(HttpClient client, CancellationToken killed)
    {
        while (!killed.IsCancellationRequested)
        {
            await TakeAsync(() => client.GetAsync(new Uri("/api/v1/collections?limit=100", UriKind.Relative), killed), null, killed);
            await Task.Delay(100, killed);
        }
    }

    private async Task TakeAsync(Func<Task<HttpResponseMessage>> ask, string? onlyWhere, CancellationToken killed)
    {
        try
        {
            using var answer = await ask();
            if (!answer.IsSuccessStatusCode)
            {
                // The store is away: nothing is acknowledged.
                await Task.Delay(50, killed);
                return;
            }

            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(killed);
            foreach (var item in body.GetProperty("items")
                .EnumerateArray()
                .Where(item => onlyWhere is null || item.GetProperty(onlyWhere).GetBoolean()))
            {
                _acknowledged[item.GetProperty("id").GetGuid()] = true;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException)
        {
            // Cut off by the kill; what was not heard was not acknowledged.
            await Task.Delay(50, killed);
        }
    }

    private static async Task<bool> IsSettledAsync(HttpClient client)
    {
        var status = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
        var store = status.GetProperty("store");
        return store.GetProperty("state").GetString() == "ready"
            && store.GetProperty("spooledPasses").GetInt32() == 0
            && store.GetProperty("droppedPasses").GetInt64() == 0;
    }

    private async Task CompareAsync(ISnapshotReader reader)
    {
        var stored = new Dictionary<Guid, StoredCollection>();
        for (Guid? before = null; ;)
        {
            var page = await reader.ReadCollectionsAsync(null, before, 1_000, Cancellation);
            foreach (var collection in page)
            {
                Assert.True(stored.TryAdd(collection.Id, collection), $"{collection.Id} is stored twice");
            }

            if (page.Count < 1_000)
            {
                break;
            }

            before = page[^1].Id;
        }

        Assert.Empty(_acknowledged.Keys.Except(stored.Keys));
        foreach (var collection in _acknowledged.Keys.Select(id => stored[id]))
        {
            var range = new SnapshotRange(new SeriesFilter(collection.Target), collection.StartedAt, collection.StartedAt, false, 1_000);
            var snapshots = await reader.ReadSnapshotsAsync(range, Cancellation);
            Assert.Equal(
                collection.Outcomes.Select(outcome => (outcome.Metric, outcome.Rows)).Order(),
                snapshots.Select(snapshot => (snapshot.Metric, snapshot.Rows.Count)).Order());
        }
    }
}
