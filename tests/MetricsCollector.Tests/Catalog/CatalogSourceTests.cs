using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Catalog;

[Trait("PostgreSQL", "any")]
public sealed class CatalogSourceTests : IDisposable
{
    private const string Orders = "-- metric: orders\n-- summary: Orders.\n-- gauge open rows: Open orders.\nSELECT 1 AS open";
    private const string Jobs = "metrics:\n  jobs:\n    sqls:\n      14: select 1 as waiting\n";

    private readonly MetricDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_is_wrong_at_the_start_stops_the_start()
    {
        _directory.Write("orders.sql", "SELECT 1");
        Assert.Throws<MetricFileException>(Start);
    }

    [Fact]
    public void A_new_file_adds_its_metrics()
    {
        var source = Start();
        var changes = CountChanges(source);
        _directory.Write("jobs.yaml", Jobs);
        LookTwice(source);
        Assert.NotNull(source.Current.Find("jobs"));
        Assert.Empty(source.Problems);
        Assert.Equal(1, changes());
        Assert.Contains("added: jobs; changed: none; removed: none", Assert.Single(_log.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_waits_until_the_files_stay_the_same()
    {
        var source = Start();
        _directory.Write("orders.sql", Orders);
        source.Look();
        Assert.Null(source.Current.Find("orders"));
        _directory.Write("orders.sql", Orders + " -- more");
        source.Look();
        Assert.Null(source.Current.Find("orders"));
        source.Look();
        Assert.NotNull(source.Current.Find("orders"));
    }

    [Fact]
    public void A_file_that_goes_takes_its_metrics_along()
    {
        _directory.Write("orders.sql", Orders);
        var source = Start();
        _directory.Delete("orders.sql");
        LookTwice(source);
        Assert.Null(source.Current.Find("orders"));
    }

    [Fact]
    public void A_change_that_keeps_length_and_time_is_seen()
    {
        _directory.Write("orders.sql", Orders);
        var path = Path.Combine(_directory.Path, "orders.sql");
        var written = File.GetLastWriteTimeUtc(path);
        var source = Start();
        _directory.Write("orders.sql", Orders.Replace("Open orders.", "Late orders.", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, written);
        LookTwice(source);
        Assert.Equal("Late orders.", source.Current.Find("orders")!.Fields[0].Help);
    }

    [Fact]
    public void A_link_that_points_to_another_directory_is_a_change()
    {
        using var old = new MetricDirectory();
        using var next = new MetricDirectory();
        old.Write("orders.sql", Orders);
        next.Write("orders.sql", Orders.Replace("Open orders.", "Late orders.", StringComparison.Ordinal));
        var link = Path.Combine(_directory.Path, "..data");
        Directory.CreateSymbolicLink(link, old.Path);
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "orders.sql"), Path.Combine("..data", "orders.sql"));
        var source = Start();
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, next.Path);
        LookTwice(source);
        Assert.Equal("Late orders.", source.Current.Find("orders")!.Fields[0].Help);
    }

    [Fact]
    public void A_bad_file_leaves_the_last_good_version_and_says_why()
    {
        _directory.Write("orders.sql", Orders);
        var source = Start();
        var changes = CountChanges(source);
        var before = source.Current;
        _directory.Write("orders.sql", "SELECT 1");
        _directory.Write("jobs.yaml", "metrics:\n  jobs: {}\n");
        LookTwice(source);
        Assert.Same(before, source.Current);
        Assert.Equal(0, changes());
        Assert.Contains(source.Problems, problem => problem.Contains("orders.sql:1:", StringComparison.Ordinal));
        Assert.Contains(source.Problems, problem => problem.Contains("jobs.yaml:2:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bad_file_is_logged_once_with_all_its_errors()
    {
        var source = Start();
        _directory.Write("jobs.yaml", "metrics:\n  jobs: {}\n");
        LookTwice(source);
        LookTwice(source);
        _directory.Write("jobs.yaml", "metrics:\n  jobs: {}\n# still wrong\n");
        LookTwice(source);
        Assert.All(source.Problems, problem => Assert.Contains(problem, Assert.Single(_log.Messages), StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, Assert.Single(_log.Levels));
    }

    [Fact]
    public void A_file_that_is_mended_is_used()
    {
        var source = Start();
        _directory.Write("jobs.yaml", "metrics:\n  jobs: {}\n");
        LookTwice(source);
        var start = source.LoadedAt;
        _time.Advance(TimeSpan.FromMinutes(1));
        _directory.Write("jobs.yaml", Jobs);
        LookTwice(source);
        Assert.NotNull(source.Current.Find("jobs"));
        Assert.Empty(source.Problems);
        Assert.Equal(start + TimeSpan.FromMinutes(1), source.LoadedAt);
    }

    [Fact]
    public void Taking_a_bad_change_back_clears_the_problems_and_changes_nothing()
    {
        _directory.Write("orders.sql", Orders);
        var source = Start();
        var before = source.Current;
        _directory.Write("orders.sql", "SELECT 1");
        LookTwice(source);
        Assert.NotEmpty(source.Problems);
        _directory.Write("orders.sql", Orders);
        LookTwice(source);
        Assert.Empty(source.Problems);
        Assert.Same(before, source.Current);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Levels);
    }

    [Fact]
    public void A_directory_that_goes_is_a_problem_and_its_metrics_stay()
    {
        _directory.Write("orders.sql", Orders);
        var source = Start();
        _directory.Dispose();
        LookTwice(source);
        Assert.NotNull(source.Current.Find("orders"));
        Assert.Contains($"names '{_directory.Path}', which does not exist", Assert.Single(source.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_problem()
    {
        var source = Start();
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "orders.sql"), Path.Combine(_directory.Path, "nowhere"));
        LookTwice(source);
        Assert.Contains("orders.sql: the file cannot be read", Assert.Single(source.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_whose_file_says_the_same_stays_the_same_with_what_it_discovered()
    {
        _directory.Write("jobs.yaml", Jobs);
        var source = Start();
        var jobs = source.Current.Find("jobs")!;
        jobs.Discover([jobs.Files[0].Columns!("waiting", true).Field!], []);
        _directory.Write("jobs.yaml", "# a comment\n" + Jobs + "  more:\n    sqls:\n      14: select 2 as x\n");
        LookTwice(source);
        Assert.NotNull(source.Current.Find("more"));
        Assert.Same(jobs, source.Current.Find("jobs"));
        Assert.Equal(["waiting"], source.Current.Find("jobs")!.FieldNames);
    }

    [Theory]
    [InlineData("    gauges: ['*']\n")]
    [InlineData("    is_instance_level: true\n")]
    [InlineData("    node_status: primary\n")]
    [InlineData("      15: select 2 as waiting\n")]
    public void A_metric_whose_file_says_something_else_is_another(string line)
    {
        _directory.Write("jobs.yaml", Jobs);
        var source = Start();
        var jobs = source.Current.Find("jobs");
        _directory.Write("jobs.yaml", Jobs + line);
        LookTwice(source);
        Assert.NotSame(jobs, source.Current.Find("jobs"));
        Assert.Contains("changed: jobs;", Assert.Single(_log.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_watcher_looks_while_the_service_runs()
    {
        var source = Start();
        using var watcher = new CatalogWatcher(source, _time, new LoggerFactory().CreateLogger<CatalogWatcher>());
        await watcher.StartAsync(TestContext.Current.CancellationToken);
        _directory.Write("orders.sql", Orders);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(CatalogWatcher.Period);
                return Task.FromResult(source.Current.Find("orders") is not null);
            },
            "the watcher had read the new file");
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_end_the_watch()
    {
        var source = Start();
        source.Changed += (_, _) => throw new InvalidOperationException("I broke.");
        using var watcher = new CatalogWatcher(source, _time, new LoggerFactory().CreateLogger<CatalogWatcher>());
        await watcher.StartAsync(TestContext.Current.CancellationToken);
        foreach (var (file, text, metric) in new[] { ("orders.sql", Orders, "orders"), ("jobs.yaml", Jobs, "jobs") })
        {
            _directory.Write(file, text);
            await Eventually.TrueAsync(
                () =>
                {
                    _time.Advance(CatalogWatcher.Period);
                    return Task.FromResult(source.Current.Find(metric) is not null);
                },
                $"the watcher had read {file}");
        }

        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    private static void LookTwice(CatalogSource source)
    {
        source.Look();
        source.Look();
    }

    private static Func<int> CountChanges(CatalogSource source)
    {
        var changes = 0;
        source.Changed += (_, _) => changes++;
        return () => changes;
    }

    private CatalogSource Start()
    {
        var options = new CatalogOptions();
        options.Directories.Add(_directory.Path);
        return new CatalogSource(Options.Create(options), _time, _log);
    }

    private sealed class RecordingLogger : ILogger<CatalogSource>
    {
        public List<string> Messages { get; } = [];

        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Messages.Add(formatter(state, exception));
            Levels.Add(logLevel);
        }
    }
}
