using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>SIGTERM while much goes on: nothing that was acknowledged is lost.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StopTests(PostgresFixture postgres)
{
    // More than Collection:StopTimeout below, for a busy machine; less than the driver waits for a server that hangs.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_in_time_with_0_and_everything_is_stored(bool inPostgres)
    {
        await using var store = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        var settings = Settings(inPostgres ? store.ConnectionString : string.Empty);
        var acknowledged = new ConcurrentBag<string>();
        await using (var collector = ServiceProcess.Start(directory, settings))
        {
            await collector.ReadyAsync();
            await StopUnderLoadAsync(collector, acknowledged, () => Task.CompletedTask);
        }

        Assert.NotEmpty(acknowledged);
        await using var again = ServiceProcess.Start(directory, settings);
        await again.ReadyAsync();
        Assert.Empty(await MissingAsync(again, acknowledged));
    }

    [Fact]
    public async Task What_a_dead_store_does_not_take_is_in_the_spool_and_comes_with_the_next_start()
    {
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                FromTemplate = true,
                Major = TestMajors.All[0],
                Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on" },
            },
            Cancellation);
        using var directory = new TemporaryDirectory();
        var settings = Settings(server.ConnectionString());
        var acknowledged = new ConcurrentBag<string>();
        await using (var collector = ServiceProcess.Start(directory, settings))
        {
            await collector.ReadyAsync();
            await StopUnderLoadAsync(collector, acknowledged, () => server.KillAsync(Cancellation));
        }

        await server.StartAgainAsync(Cancellation);
        await using var again = ServiceProcess.Start(directory, settings);
        await again.ReadyAsync();
        await Eventually.TrueAsync(async () => (await MissingAsync(again, acknowledged)).Count == 0, "everything has come from the spool");
    }

    [Fact]
    public async Task A_store_that_hangs_does_not_hold_up_the_stop()
    {
        await using var server = await LocalServer.StartAsync(new LocalServerOptions
        {
            FromTemplate = true,
            Major = TestMajors.All[0],
        }, Cancellation);
        using var directory = new TemporaryDirectory();
        var settings = Settings(server.ConnectionString());
        var acknowledged = new ConcurrentBag<string>();
        FrozenServer? frozen = null;
        try
        {
            await using var collector = ServiceProcess.Start(directory, settings);
            await collector.ReadyAsync();
            await StopUnderLoadAsync(collector, acknowledged, async () => frozen = await FrozenServer.FreezeAsync(server));
        }
        finally
        {
            await (frozen?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await using var again = ServiceProcess.Start(directory, settings);
        await again.ReadyAsync();
        await Eventually.TrueAsync(async () => (await MissingAsync(again, acknowledged)).Count == 0, "everything has come from the spool");
    }

    private static async Task StopUnderLoadAsync(ServiceProcess collector, ConcurrentBag<string> acknowledged, Func<Task> before)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        // A stream that nobody ends, and callers that never rest.
        var stream = Stream(collector, stop.Token);
        var callers = Enumerable.Range(0, 4).Select(_ => CollectAsync(collector, acknowledged, stop.Token)).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > 20), "twenty collections are acknowledged");
        await before();
        var count = acknowledged.Count;
        await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > count + 5), "collections go on");
        await collector.TerminateAsync();
        Assert.Equal(0, await collector.ExitAsync(Within));
        await stop.CancelAsync();
        await Task.WhenAll([stream, .. callers]);
        Assert.DoesNotContain("could not be stored", collector.Output, StringComparison.Ordinal);
    }

    private static async Task CollectAsync(ServiceProcess collector, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await collector.Client.PostAsJsonAsync(
                    new Uri("/api/v1/collections", UriKind.Relative), new { metrics = (string[])["up", "database"] }, stop);
                if (answer.IsSuccessStatusCode)
                {
                    acknowledged.Add(
                        (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("items")[0].GetProperty("id").GetString()!);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // It stops: what was not answered was not acknowledged.
                return;
            }
        }
    }

    private static async Task Stream(ServiceProcess collector, CancellationToken stop)
    {
        try
        {
            await using var stream = await collector.Client.GetStreamAsync(new Uri("/api/v1/stream", UriKind.Relative), stop);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
                continue;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // Cut by the stop, as it should be.
            return;
        }
    }

    private static async Task<List<string>> MissingAsync(ServiceProcess collector, IEnumerable<string> ids)
    {
        var missing = new List<string>();
        foreach (var id in ids.Distinct())
        {
            if (!await collector.AnswersAsync($"/api/v1/collections/{id}"))
            {
                missing.Add(id);
            }
        }

        return missing;
    }

    private Dictionary<string, string> Settings(string store) => new()
    {
        ["ConnectionStrings:Store"] = store,
        ["Targets:0:Name"] = "watched",
        ["Targets:0:ConnectionString"] = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false }.ConnectionString,
        ["Collection:Interval"] = "1s",
        ["Collection:StopTimeout"] = "10s",
        ["Collection:Manual:PerMinute"] = "6000",
    };
}
