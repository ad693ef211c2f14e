using System.Collections.Concurrent;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Tests.Catalog;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>A collector of one target with metric files of a test, and what it logged.</summary>
internal sealed class FileCollector : IAsyncDisposable
{
    private readonly RecordingLogger _log = new();

    public FileCollector(
        string connectionString, IEnumerable<string[]> files, string metrics = "*", string databases = "postgres", TimeSpan? timeout = null)
    {
        using var directory = new MetricDirectory();
        var number = 0;
        foreach (var lines in files)
        {
            directory.Write($"file{number++}.sql", string.Join('\n', lines));
        }

        Collector = new TargetCollector(
            new Target("test", new NpgsqlConnectionStringBuilder(connectionString))
            {
                Preset = "exhaustive",
                Databases = new Globs(databases.Split(',')),
                Metrics = new Globs(metrics.Split(',')),
            },
            directory.Load(),
            new CollectionOptions { Timeout = new Duration(timeout ?? TimeSpan.FromSeconds(20)) },
            new Unwritten(),
            TimeProvider.System,
            _log);
    }

    public TargetCollector Collector { get; }

    /// <summary>Level and text of every line.</summary>
    public IReadOnlyList<(LogLevel Level, string Text)> Log => [.. _log.Lines];

    /// <summary>A metric file of instance scope.</summary>
    public static string[] File(string metric, string sql, params string[] header) =>
        [$"-- metric: {metric}", "-- summary: Of a test.", .. header, sql];

    public Task<CollectionRun> CollectAsync() =>
        Collector.CollectNowAsync([.. Collector.Plan.Metrics.Keys], store: false, TestContext.Current.CancellationToken);

    public async Task<Snapshot> CollectAsync(string metric) => Find(await CollectAsync(), metric);

    public static Snapshot Find(CollectionRun collection, string metric) =>
        collection.Snapshots.Single(snapshot => snapshot.Metric == metric);

    public ValueTask DisposeAsync() => Collector.DisposeAsync();

    private sealed class RecordingLogger : ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
