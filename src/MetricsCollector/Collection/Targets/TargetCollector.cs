using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>Everything the collector does with one target: one collection at a time, scheduled or asked for, and what it knows of
/// it.</summary>
public sealed partial class TargetCollector : IAsyncDisposable
{
    // A connection that would idle longer than this is closed: it costs the server more than a new one now and then.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);

    private readonly ISnapshotWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CollectorClocks _clocks;
    private readonly SemaphoreSlim _oneCollection = new(1);
    private readonly SharedCollections _manual = new();
    private readonly MissingTexts _missingTexts = new();
    private CollectionRunner _runner;
    private CollectionOptions _runnerOptions;
    private volatile CollectionOptions _options;
    private volatile Schedule _schedule;
    private volatile CollectionPlan _plan;
    private volatile TargetState _state = new();
    private volatile bool _elsewhere;
    private DateTimeOffset _lastStart;
    private long _runningSince;
    private long _skippedTicks;
    private long _missedSamples;
    private volatile bool _finished;

    internal TargetCollector(
        Target target,
        MetricCatalog catalog,
        CollectionOptions options,
        ISnapshotWriter writer,
        TimeProvider time,
        ILogger logger,
        CollectorClocks? clocks = null,
        TargetCollector? before = null)
    {
        Target = target;
        _options = options;
        _plan = CollectionPlan.For(target, catalog, options);
        _writer = writer;
        _time = time;
        _logger = logger;
        _clocks = clocks ?? new CollectorClocks(time);
        WatchedSince = _clocks.Monotonic.Now;
        _runner = RunnerFor(options);
        _runnerOptions = options;
        if (before is not null && before.Target.Address == target.Address)
        {
            _state = before._state;
            _schedule = before._schedule.With(target.Name, Intervals(_plan));
        }
        else
        {
            _schedule = new Schedule(target.Name, Intervals(_plan));
        }

        _lastStart = before?._lastStart ?? default;
    }

    /// <summary>The target.</summary>
    public Target Target { get; }

    /// <summary>What it is asked for, and how often.</summary>
    public CollectionPlan Plan => _plan;

    /// <summary>What is known of it now.</summary>
    public TargetState State => _state;

    /// <summary>When the collection began that is running now; null while none is. Never later than the time its snapshots carry.</summary>
    public DateTimeOffset? RunningSince =>
        Volatile.Read(ref _runningSince) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>When its last collection began, here or as far as is stored; the default before the first.</summary>
    internal DateTimeOffset LastStart => _lastStart;

    /// <summary>Since when it is watched with these settings, by the steady clock.</summary>
    internal DateTimeOffset WatchedSince { get; }

    /// <summary>How many ticks went by while a collection still ran, since it is watched with these settings.</summary>
    public long SkippedTicks => Interlocked.Read(ref _skippedTicks);

    /// <summary>Whether there is an open connection, which may turn out to be dead.</summary>
    internal bool IsConnected => _runner.IsConnected;

    /// <summary>Its schedule.</summary>
    internal Schedule Schedule => _schedule;

    /// <summary>Whether what is asked most often was not asked since its last tick.</summary>
    internal bool IsOverdue
    {
        get
        {
            var schedule = _schedule;
            return schedule.Due(_clocks.Monotonic.Now)
                .Any(metric => _plan.Metrics.TryGetValue(metric, out var planned) && planned.Interval == schedule.Shortest);
        }
    }

    /// <summary>Collects now. Callers that ask for the same metrics while such a collection waits or runs share it.</summary>
    /// <param name="metrics">Which metrics, in the plan or not; names that the catalog lacks are left out.</param>
    /// <param name="store">Whether what was collected is stored.</param>
    /// <param name="cancellationToken">Ends the wait; the collection goes on for the others who share it.</param>
    public Task<CollectionRun> CollectNowAsync(IReadOnlyCollection<string> metrics, bool store, CancellationToken cancellationToken) =>
        _manual.ShareAsync(
            metrics,
            store,
            stopping => AloneAsync(() => CollectAsync([.. metrics], CollectionTrigger.Manual, store, null, null, stopping), stopping),
            cancellationToken);

    /// <summary>Asks for metrics that need not be in the plan, with a session of their own; nothing is stored or remembered.</summary>
    public async Task<(CollectionRun Collection, ServerFacts? Facts)> TryAsync(
        IReadOnlyList<MetricDefinition> metrics, CancellationToken cancellationToken)
    {
        await using var runner = RunnerFor(_options);
        var collection = await runner.RunAsync(
            metrics, CollectionTrigger.Manual, _time.GetUtcNow(), null, TimeSpan.MaxValue, cancellationToken);
        return (collection, runner.Facts);
    }

    /// <summary>Runs what is due at a tick, unless another collection already did.</summary>
    /// <param name="tick">When it should have begun, by the steady clock; null for a target that is just back, or there for the first
    /// time.</param>
    /// <param name="permit">The permit it holds, which is exchanged for another once it is connected.</param>
    /// <param name="stopping">Ends the collection without a result.</param>
    /// <returns>Whether anything was due.</returns>
    internal Task<bool> RunDueAsync(DateTimeOffset? tick, CollectionPermit permit, CancellationToken stopping) => AloneAsync(async () =>
    {
        var now = _clocks.Monotonic.Now;
        var due = _schedule.Due(now);
        if (due.Count == 0)
        {
            return false;
        }

        // One that does not answer for longer than its interval is late by itself, which says nothing of the collector.
        var late = tick is { } at && _state.Status != TargetStatus.Down ? now - at : (TimeSpan?)null;
        late = late < TimeSpan.Zero ? TimeSpan.Zero : late;
        _state = _state with { Lateness = late };
        await CollectAsync(due, CollectionTrigger.Schedule, store: true, late, permit, stopping);
        return true;
    }, stopping);

    /// <summary>Whether a target that did not answer lets us in again.</summary>
    internal Task<bool> TryOpenAsync(CancellationToken stopping) => AloneAsync(() => _runner.TryOpenAsync(stopping), stopping);

    /// <summary>Counts ticks that went by unused.</summary>
    internal void Skipped(long ticks) => Interlocked.Add(ref _skippedTicks, ticks);

    /// <summary>Begins no more collections, and waits for the one that runs.</summary>
    /// <param name="giveUp">Ends the wait, and that collection.</param>
    internal async Task FinishAsync(CancellationToken giveUp)
    {
        _finished = true;
        try
        {
            await _oneCollection.WaitAsync(giveUp);
            _oneCollection.Release();
        }
        catch (OperationCanceledException)
        {
            _manual.Stop();
        }
    }

    /// <summary>Goes on with another catalog; a collection that is running ends with the one it began with.</summary>
    internal void Replan(MetricCatalog catalog)
    {
        var plan = CollectionPlan.For(Target, catalog, _options);
        _plan = plan;
        var before = _schedule;
        _schedule = before.With(Target.Name, Intervals(plan));
        before.Replace();
    }

    /// <summary>Goes on with other settings; a collection that is running ends with those it began with.</summary>
    internal void Reconfigure(CollectionOptions options, MetricCatalog catalog)
    {
        _options = options;
        Replan(catalog);
    }

    /// <summary>What was stored of it before, here or by another collector: it is not asked again in the same slots, and time does not go
    /// back.</summary>
    internal void Remember(IReadOnlyList<Snapshot> stored)
    {
        _elsewhere = false;
        var now = _clocks.Monotonic.Now;
        foreach (var snapshot in stored)
        {
            _clocks.Snapshots.NotBefore(snapshot.CollectedAt);
            _lastStart = snapshot.CollectedAt > _lastStart ? snapshot.CollectedAt : _lastStart;
            // A clock that was ahead must not stop the collection; what failed is owed.
            if (snapshot.CollectedAt <= now && snapshot.Outcome.Status != OutcomeStatus.Failed)
            {
                _schedule.Done([snapshot.Metric], snapshot.CollectedAt);
            }
        }

        if (_state.Status == TargetStatus.Unknown && !IsOverdue)
        {
            _state = _state.Seen(stored);
        }
    }

    /// <summary>Another collector collects it; what that one stored says how the target does. Passed over while a collection runs that
    /// somebody asked for.</summary>
    internal async Task ObserveAsync(IReadOnlyList<Snapshot> stored)
    {
        if (await _oneCollection.WaitAsync(TimeSpan.Zero))
        {
            _elsewhere = true;
            await _runner.CloseAsync();
            _state = _state.Seen(stored);
            _oneCollection.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _manual.Stop();
        await _oneCollection.WaitAsync();
        await _runner.DisposeAsync();
        _oneCollection.Dispose();
        _manual.Dispose();
    }

    private static Dictionary<string, TimeSpan> Intervals(CollectionPlan plan) =>
        plan.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Interval, StringComparer.Ordinal);

    private CollectionRunner RunnerFor(CollectionOptions options) =>
        new(
            Target,
            new SessionLimits(options.Timeout.Value, options.LockTimeout.Value),
            options.TopRows,
            options.LoadInterval.Value > TimeSpan.Zero,
            options.StatementTexts == OnOff.On,
            _time);

    private async Task<T> AloneAsync<T>(Func<Task<T>> run, CancellationToken stopping)
    {
        await _oneCollection.WaitAsync(stopping);
        try
        {
            await FollowOptionsAsync();
            return _finished ? throw new OperationCanceledException("The collector stops.") : await run();
        }
        finally
        {
            Volatile.Write(ref _runningSince, 0);
            _oneCollection.Release();
        }
    }

    private async Task FollowOptionsAsync()
    {
        var (before, now) = (_runnerOptions, _options);
        if ((before.Timeout, before.LockTimeout, before.TopRows, before.LoadInterval, before.StatementTexts)
            != (now.Timeout, now.LockTimeout, now.TopRows, now.LoadInterval, now.StatementTexts))
        {
            await _runner.DisposeAsync();
            _runner = RunnerFor(now);
        }

        _runnerOptions = now;
    }
}
