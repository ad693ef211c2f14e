using System.Collections.Frozen;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Storage;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>The collectors of all targets, by name.</summary>
public sealed partial class TargetCollectors : IAsyncDisposable
{
    private readonly CatalogSource _catalog;
    private readonly ISnapshotWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CollectorClocks _clocks;
    private volatile Known _known;
    private readonly Dictionary<string, (string Version, string Reason)> _refused = new(StringComparer.Ordinal);
    private CollectionOptions _options;

    internal TargetCollectors(
        CollectionSettings settings, CatalogSource catalog, ISnapshotWriter writer, CollectorClocks clocks, TimeProvider time,
        ILogger<TargetCollector> logger)
    {
        (_catalog, _writer, _clocks, _time, _logger) = (catalog, writer, clocks, time, logger);
        _options = settings.Current.Options;
        _known = new Known(settings.Current.Targets.Watched.Select(target => TryNew(target, null)).OfType<TargetCollector>());
        catalog.Changed += Replan;
    }

    /// <summary>All, ordered by name; the same list until a target comes, goes or changes.</summary>
    public IReadOnlyList<TargetCollector> All => _known.All;

    /// <summary>Why some targets cannot be collected at all; the others are.</summary>
    internal IReadOnlyList<string> Problems => [.. _refused.Values.Select(refused => refused.Reason)];

    /// <summary>The one of a name, or null.</summary>
    public TargetCollector? Find(string target) => _known.ByName.GetValueOrDefault(target);

    /// <summary>Tries a target, known or not, with a session of its own; nothing is stored or remembered.</summary>
    internal async Task<(Snapshots.CollectionRun Collection, ServerFacts? Facts)> TryAsync(
        Target target, CancellationToken cancellationToken)
    {
        await using var collector = New(target);
        return await collector.TryAsync([.. collector.Plan.Metrics.Values.Select(metric => metric.Definition)], cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _catalog.Changed -= Replan;
        foreach (var collector in All)
        {
            await collector.DisposeAsync();
        }
    }

    /// <summary>Goes on with other settings. Not for two callers at once.</summary>
    internal void Reconfigure(CollectionOptions options)
    {
        if (!ReferenceEquals(options, _options))
        {
            _options = options;
            foreach (var collector in All)
            {
                collector.Reconfigure(options, _catalog.Current);
            }
        }
    }

    /// <summary>Takes other targets; those that are the same stay as they are. Not for two callers at once.</summary>
    /// <param name="targets">All targets from now on.</param>
    /// <param name="stop">Ends the collections of a collector that goes.</param>
    /// <returns>The names of those that went, and of those that came, some of them with other settings than before.</returns>
    internal async Task<(IReadOnlyList<string> Gone, IReadOnlyList<string> Come)> SetAsync(
        IReadOnlyList<Target> targets, Func<TargetCollector, Task> stop)
    {
        var before = _known;
        var now = targets.ToDictionary(target => target.Name, StringComparer.Ordinal);
        var gone = before.All
            .Where(collector => now.GetValueOrDefault(collector.Target.Name)?.Version != collector.Target.Version)
            .ToList();
        foreach (var name in _refused.Keys.Where(name => now.GetValueOrDefault(name)?.Version != _refused[name].Version).ToList())
        {
            _refused.Remove(name);
        }

        var come = targets
            .Where(target => before.ByName.GetValueOrDefault(target.Name)?.Target.Version != target.Version
                && !_refused.ContainsKey(target.Name))
            .ToList();
        if (gone.Count == 0 && come.Count == 0)
        {
            return ([], []);
        }

        foreach (var collector in gone)
        {
            await stop(collector);
        }

        var made = come.Select(target => TryNew(target, before.ByName.GetValueOrDefault(target.Name))).OfType<TargetCollector>().ToList();
        _known = new Known(before.All.Except(gone).Concat(made));
        foreach (var collector in gone)
        {
            await collector.DisposeAsync();
        }

        return ([.. gone.Select(collector => collector.Target.Name).Where(name => !now.ContainsKey(name))], [
            .. come.Select(target => target.Name)]);
    }

    private TargetCollector New(Target target, TargetCollector? before = null) =>
        new(target, _catalog.Current, _options, _writer, _time, _logger, _clocks, before);

    // Whatever is wrong with one target, the others are collected.
    private TargetCollector? TryNew(Target target, TargetCollector? before)
    {
        try
        {
            return New(target, before);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var reason =
                $"target {target.Name} cannot be collected with its settings; change or remove it: {Failure.Describe(exception, target)}";
            _refused[target.Name] = (target.Version, reason);
            Log.Refused(_logger, reason);
            return null;
        }
    }

    private void Replan(object? sender, EventArgs e)
    {
        foreach (var collector in All)
        {
            collector.Replan(_catalog.Current);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }

    private sealed class Known
    {
        public Known(IEnumerable<TargetCollector> collectors)
        {
            All = [.. collectors.OrderBy(collector => collector.Target.Name, StringComparer.Ordinal)];
            ByName = All.ToFrozenDictionary(collector => collector.Target.Name, StringComparer.Ordinal);
        }

        public IReadOnlyList<TargetCollector> All { get; }

        public FrozenDictionary<string, TargetCollector> ByName { get; }
    }
}
