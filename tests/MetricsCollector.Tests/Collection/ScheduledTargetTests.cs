using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Scheduling;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Targets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>Scheduled collections over real servers, dead ones, and such as accept and never answer.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ScheduledTargetTests(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly SteppingTime _time = new();
    private readonly Collections _collections = new();
    private readonly ScheduleLateness _punctuality = new();
    private readonly List<IAsyncDisposable> _running = [];

    public async ValueTask DisposeAsync()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            await _running[i].DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_step_of_the_wall_clock_neither_stops_nor_floods_collection_and_no_series_goes_back(int hours)
    {
        Start("stepping", postgres.ConnectionString, 64);
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("stepping").Count >= 2), "two collections ran");
        var before = _collections.Of("stepping").Count;
        var started = _time.GetTimestamp();
        _time.Step(TimeSpan.FromHours(hours));
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("stepping").Count >= before + 3), "three more collections ran");
        var elapsed = _time.GetElapsedTime(started);

        // One collection a second, and one that was under way.
        Assert.True(_collections.Of("stepping").Count - before <= elapsed.TotalSeconds + 2);
        var times = _collections.Of("stepping").Select(collection => collection.StartedAt).ToList();
        Assert.Equal(times.Distinct().Order(), times);
        Assert.All(_collections.Of("stepping"), collection => Assert.True(collection.FinishedAt >= collection.StartedAt));
    }

    [Fact]
    public async Task Servers_that_accept_and_never_answer_hold_up_no_other()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        for (var i = 0; i < 6; i++)
        {
            Start($"silent-{i}", $"Host=127.0.0.1;Port={port};Username=nobody", 2);
        }

        Start("alive", postgres.ConnectionString, 2);
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("alive").Count >= 3), "the other was collected three times");
        Assert.All(_collections.Of("alive"), collection => Assert.Null(collection.Unreachable));
    }

    [Fact]
    public async Task The_ticks_that_a_silent_server_costs_itself_say_nothing_of_the_collector()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var collector = Start(
            "falls-silent", $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody", 2, onTick: true);
        await Eventually.TrueAsync(() => Task.FromResult(collector.SkippedTicks > 0), "ticks went by while it was waited for");
        Assert.Equal(0, _punctuality.SkippedTicks);
    }

    [Fact]
    public async Task A_snapshot_carries_the_interval_that_was_in_force()
    {
        await using var collector = TestCollector.Of(postgres.ConnectionString, options: new CollectionOptions
        {
            Interval = new Duration(TimeSpan.FromSeconds(20)),
        });
        var collection = await collector.CollectAsync("up", "database_size");
        Assert.Equal(TimeSpan.FromSeconds(5), collection.Find("up").Interval);
        Assert.Equal(collector.Plan.Metrics["database_size"].Interval, collection.Find("database_size").Interval);
    }

    [Fact]
    public async Task The_first_collection_has_no_tick_to_be_late_for()
    {
        var once = Start("once", postgres.ConnectionString, 2, TimeSpan.FromHours(1));
        var often = Start("often", postgres.ConnectionString, 2);
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("once").Count == 1), "the first collection ran");
        Assert.Null(once.State.Lateness);
        await Eventually.TrueAsync(() => Task.FromResult(often.State.Lateness is not null), "one that has a tick began");
    }

    [Fact]
    public async Task Nobody_is_late_for_the_ticks_of_a_schedule_that_did_not_exist()
    {
        var collector = Start("hurried", postgres.ConnectionString, 2, TimeSpan.Zero);
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("hurried").Count == 1), "the first collection ran");

        // It sleeps now for some seconds; ticks of what comes next lie between the beginning of its sleep and the change.
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        collector.Reconfigure(new CollectionOptions { Interval = new Duration(TimeSpan.FromSeconds(12)) }, MetricCatalog.Load());
        await Eventually.TrueAsync(() => Task.FromResult(_collections.Of("hurried").Count >= 3), "it is collected every three seconds");
        Assert.True(_punctuality.Lateness(1)[0] < 2_500, "a tick that did not exist counts as late");
        Assert.Equal(0, _punctuality.SkippedTicks);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_seen_before_its_next_tick()
    {
        using var permit = new TcpListener(IPAddress.Loopback, 0);
        permit.Start();
        var port = ((IPEndPoint)permit.LocalEndpoint).Port;
        permit.Stop();

        // An hour between ticks: only a try between them can see the return.
        Start(
            "back", new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = "127.0.0.1", Port = port }.ConnectionString, 2,
            TimeSpan.FromHours(1));
        await Eventually.TrueAsync(
            () => Task.FromResult(_collections.Of("back").Any(collection => collection.Unreachable is not null)), "it was away");
        await using var forwarder = new Forwarder(port, postgres.ConnectionString);
        await Eventually.TrueAsync(
            () => Task.FromResult(_collections.Of("back").Any(collection => collection.Unreachable is null)), "it is back");
        Assert.Single(_collections.Of("back"), collection => collection.Unreachable is null);
    }

    [Fact]
    public async Task Samples_are_taken_between_the_collections()
    {
        var collector = Start("sampled", postgres.ConnectionString, 2, TimeSpan.FromSeconds(5), metrics: ["up", "load", "load_sampling"]);
        await Eventually.TrueAsync(() => Task.FromResult(Samples() > 4), "more samples were taken than collections ran");
        Assert.True(_collections.Of("sampled").Count < 4);
        Assert.True(collector.IsConnected);

        double Samples() => _collections.Of("sampled")
            .SelectMany(collection => collection.Snapshots)
            .LastOrDefault(snapshot => snapshot.Metric == "load_sampling")?.Value("samples") ?? 0;
    }

    [Fact]
    public async Task What_was_stored_in_a_slot_is_not_asked_again_in_it()
    {
        var collector = Collector("taken-over", postgres.ConnectionString, TimeSpan.FromMinutes(1));
        _running.Add(collector);
        var collection = await collector.CollectNowAsync(
            [.. collector.Plan.Metrics.Keys], store: true, TestContext.Current.CancellationToken);
        var another = Collector("taken-over", postgres.ConnectionString, TimeSpan.FromMinutes(1));
        _running.Add(another);
        Assert.True(another.IsOverdue);
        another.Remember(collection.Snapshots);
        Assert.Equal(another.Schedule.Next(collection.StartedAt) > _time.GetUtcNow(), !another.IsOverdue);
        var next = await another.CollectNowAsync(["up"], store: false, TestContext.Current.CancellationToken);
        Assert.True(next.StartedAt > collection.StartedAt);
    }

    private TargetCollector Start(string name, string connectionString, int slots, TimeSpan? interval = null, bool onTick = false,
        string[]? metrics = null)
    {
        var collector = Collector(name, connectionString, interval ?? TimeSpan.FromSeconds(1), metrics);
        _running.Add(collector);
        _places ??= new ConnectionLimiter(slots, _time);
        var loop = new ScheduledTarget(collector, Clocks, _places, _punctuality, _time, NullLogger.Instance);
        _running.Add(loop);
        loop.Start(TimeSpan.Zero, onTick);
        return collector;
    }

    private ConnectionLimiter? _places;
    private CollectorClocks? _clocks;

    private CollectorClocks Clocks => _clocks ??= new CollectorClocks(_time);

    private TargetCollector Collector(string name, string connectionString, TimeSpan interval, string[]? metrics = null) => new(
        new Target(name, new NpgsqlConnectionStringBuilder(connectionString))
        {
            Metrics = new Globs(metrics ?? ["up", "database"]),
            Intervals = interval == TimeSpan.Zero ? [] : [new("*", new Duration(interval))],
        },
        MetricCatalog.Load(),
        new CollectionOptions
        {
            Interval = new Duration(interval == TimeSpan.Zero ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1)),
            Timeout = new Duration(TimeSpan.FromSeconds(3)),
        },
        _collections,
        _time,
        NullLogger.Instance,
        Clocks);

    private sealed class Collections : ISnapshotWriter
    {
        private readonly ConcurrentQueue<CollectionRun> _collections = new();

        public IReadOnlyList<CollectionRun> Of(string target) => [.. _collections.Where(collection => collection.Target == target)];

        public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
        {
            foreach (var collection in collections)
            {
                _collections.Enqueue(collection);
            }

            return ValueTask.CompletedTask;
        }
    }
}
