using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection;

/// <summary>Everything the collector does with one target: one pass at a time, scheduled or asked for, and what it knows of it.</summary>
public sealed partial class TargetCollector : IAsyncDisposable
{
    // A changed catalog or plan is seen at the latest after this long.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly ISnapshotWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SteadyClock _clock;
    private readonly CollectionPassRunner _runner;
    private readonly CollectionOptions _options;
    private volatile Schedule _schedule;
    private volatile CollectionPlan _plan;
    private readonly SemaphoreSlim _onePass = new(1);
    private readonly ManualPasses _manual = new();
    private volatile TargetState _state = new();
    private DateTimeOffset _lastStart;
    private long _runningSince;
    private volatile bool _finished;

    internal TargetCollector(Target target, MetricCatalog catalog, CollectionOptions options, ISnapshotWriter writer, TimeProvider time, ILogger logger)
    {
        Target = target;
        _options = options;
        _plan = CollectionPlan.For(target, catalog, options);
        _writer = writer;
        _time = time;
        _logger = logger;
        _clock = new SteadyClock(time);
        _runner = new CollectionPassRunner(target, new SessionLimits(options.Timeout.Value, options.LockTimeout.Value), options.TopRows, time);
        _schedule = new Schedule(target.Name, Intervals(_plan));
    }

    /// <summary>The target.</summary>
    public Target Target { get; }

    /// <summary>What it is asked for, and how often.</summary>
    public CollectionPlan Plan => _plan;

    /// <summary>What is known of it now.</summary>
    public TargetState State => _state;

    /// <summary>When the pass began that is running now; null while none is. Never later than the time its snapshots carry.</summary>
    public DateTimeOffset? RunningSince => Volatile.Read(ref _runningSince) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Collects now. Callers that ask for the same metrics while such a pass waits or runs share it.</summary>
    /// <param name="metrics">Which metrics; names that the plan lacks are left out.</param>
    /// <param name="store">Whether what was collected is stored.</param>
    /// <param name="cancellationToken">Ends the wait; the pass goes on for the others who share it.</param>
    public Task<CollectionPass> CollectNowAsync(IReadOnlyCollection<string> metrics, bool store, CancellationToken cancellationToken) =>
        _manual.ShareAsync(
            metrics,
            store,
            stopping => RunAsync([.. metrics], CollectionTrigger.Manual, store, stopping),
            cancellationToken);

    /// <summary>Asks for metrics that need not be in the plan, with a session of their own; nothing is stored or remembered.</summary>
    public async Task<CollectionPass> TryAsync(IReadOnlyList<MetricDefinition> metrics, CollectionOptions options, CancellationToken cancellationToken)
    {
        await using var runner = new CollectionPassRunner(Target, new SessionLimits(options.Timeout.Value, options.LockTimeout.Value), options.TopRows, _time);
        return await runner.RunAsync(metrics, CollectionTrigger.Manual, _time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Runs scheduled passes until it is stopped.</summary>
    /// <param name="parallel">Lets as many run as are let in.</param>
    /// <param name="stopping">Ends the schedule; a pass that runs goes on.</param>
    /// <param name="giveUp">Ends that pass too.</param>
    internal async Task RunScheduleAsync(SemaphoreSlim parallel, CancellationToken stopping, CancellationToken giveUp)
    {
        var tick = _clock.Now;
        while (!stopping.IsCancellationRequested)
        {
            await parallel.WaitAsync(stopping);
            try
            {
                await RunDueAsync(tick, giveUp);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                Log.PassBroke(_logger, Target.Name, exception);
            }
            finally
            {
                parallel.Release();
            }

            var now = _clock.Now;
            tick = _schedule.Next(now);
            await Task.Delay(tick - now < LongestSleep ? tick - now : LongestSleep, _time, stopping);
        }
    }

    /// <summary>Begins no more passes, and waits for the one that runs.</summary>
    /// <param name="giveUp">Ends the wait, and that pass.</param>
    internal async Task FinishAsync(CancellationToken giveUp)
    {
        _finished = true;
        try
        {
            await _onePass.WaitAsync(giveUp);
            _onePass.Release();
        }
        catch (OperationCanceledException)
        {
            _manual.Stop();
        }
    }

    /// <summary>Goes on with another catalog; a pass that is running ends with the one it began with.</summary>
    internal void Replan(MetricCatalog catalog)
    {
        var plan = CollectionPlan.For(Target, catalog, _options);
        _plan = plan;
        _schedule = _schedule.With(Target.Name, Intervals(plan));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _manual.Stop();
        await _onePass.WaitAsync();
        await _runner.DisposeAsync();
        _onePass.Dispose();
        _manual.Dispose();
    }

    private static Dictionary<string, TimeSpan> Intervals(CollectionPlan plan) =>
        plan.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Interval, StringComparer.Ordinal);

    private async Task RunDueAsync(DateTimeOffset tick, CancellationToken stopping)
    {
        var now = _clock.Now;
        var due = _schedule.Due(now < tick ? tick : now);
        if (due.Count > 0)
        {
            _state = _state with { Lateness = now > tick ? now - tick : TimeSpan.Zero };
            await RunAsync(due, CollectionTrigger.Schedule, store: true, stopping);
        }
    }

    private async Task<CollectionPass> RunAsync(IReadOnlyList<string> metrics, CollectionTrigger trigger, bool store, CancellationToken stopping)
    {
        await _onePass.WaitAsync(stopping);
        try
        {
            if (_finished)
            {
                throw new OperationCanceledException("The collector stops.");
            }

            var slot = _clock.Now;
            Volatile.Write(ref _runningSince, Math.Min(_time.GetUtcNow().UtcTicks, slot.UtcTicks));
            using var activity = PassTrace.Start(Target.Name, trigger);
            var plan = _plan;
            var definitions = metrics.Where(plan.Metrics.ContainsKey).Select(name => plan.Metrics[name].Definition).ToList();
            var pass = await _runner.RunAsync(definitions, trigger, NextStart(), stopping);
            if (pass.Unreachable is null && store)
            {
                // What a dead target owes stays due, and is asked for as soon as it is back.
                _schedule.Done(metrics, slot);
            }

            PassTrace.End(activity, pass);
            Note(pass);
            if (store)
            {
                await _writer.WriteAsync([pass], stopping);
            }

            return pass;
        }
        finally
        {
            Volatile.Write(ref _runningSince, 0);
            _onePass.Release();
        }
    }

    // Two passes never carry the same instant, and no series goes back in time when the wall clock does.
    private DateTimeOffset NextStart()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        _lastStart = now > _lastStart ? now : _lastStart.AddMilliseconds(1);
        return _lastStart;
    }

    private void Note(CollectionPass pass)
    {
        var before = _state;
        var after = before.After(pass, _runner.Facts);
        _state = after;
        if (after.Status != before.Status)
        {
            if (after.Status == TargetStatus.Up)
            {
                Log.Up(_logger, Target.Name, after.Facts!.Version, after.Facts.InRecovery ? "standby" : "primary");
            }
            else
            {
                Log.Down(_logger, Target.Name, after.Reason!);
            }
        }

        foreach (var snapshot in pass.Snapshots.Where(snapshot => pass.Unreachable is null && snapshot.Outcome != before.Outcomes.GetValueOrDefault(snapshot.Metric, Outcome.Ok)))
        {
            Log.OutcomeChanged(_logger, Target.Name, snapshot.Metric, snapshot.Outcome.Status, snapshot.Outcome.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target} is up: PostgreSQL {Version}, {Role}")]
        public static partial void Up(ILogger logger, string target, string version, string role);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target} is down: {Reason}")]
        public static partial void Down(ILogger logger, string target, string reason);

        [LoggerMessage(3, LogLevel.Information, "Target {Target}, metric {Metric} is now {Outcome}: {Reason}")]
        public static partial void OutcomeChanged(ILogger logger, string target, string metric, OutcomeStatus outcome, string? reason);

        [LoggerMessage(4, LogLevel.Error, "A pass over target {Target} broke; the next one comes on schedule")]
        public static partial void PassBroke(ILogger logger, string target, Exception exception);
    }
}
