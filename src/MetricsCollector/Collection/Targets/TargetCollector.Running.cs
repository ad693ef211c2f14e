using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Sampling;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Targets;

/// <content>Running one collection so that it always ends with a result, and what a running one means for the age of snapshots.</content>
public sealed partial class TargetCollector
{
    /// <summary>
    /// The instant at which the age of its snapshots is judged: while a collection runs, nothing newer can be there, for as long as it may
    /// wait for the server. What says that a server is down holds until it is back.
    /// </summary>
    public DateTimeOffset JudgedAt(DateTimeOffset now)
    {
        var patience = _options.Timeout.Value * 4;
        var lasted = _state.LastCollection is { } last ? last.FinishedAt - last.StartedAt : TimeSpan.Zero;
        var judged = RunningSince is { } running && running < now && now - running < patience ? running : now;
        return judged - (lasted < patience ? lasted : patience);
    }

    /// <summary>
    /// A scheduled collection broke off with an exception that became nobody's outcome: the target says so until one succeeds.
    /// </summary>
    /// <returns>Whether that is news.</returns>
    internal bool Broke(Exception exception)
    {
        var before = _state;
        var reason = Describe(exception);
        _state = before with
        {
            Status = TargetStatus.Down,
            Reason = reason,
            Since = before.Status == TargetStatus.Down ? before.Since : _clocks.Snapshots.Now,
        };
        return before.Status != TargetStatus.Down || before.Reason != reason;
    }

    private async Task<CollectionRun> CollectAsync(
        IReadOnlyList<string> metrics,
        CollectionTrigger trigger,
        bool store,
        TimeSpan? lateness,
        CollectionPermit? permit,
        CancellationToken stopping)
    {
        var slot = _clocks.Monotonic.Now;
        var start = NextStart();
        Volatile.Write(ref _runningSince, start.UtcTicks);
        var plan = _plan;
        var definitions = metrics.Select(plan.Find).OfType<MetricDefinition>().ToList();
        using var activity = CollectionTrace.Start(Target.Name, trigger);
        var collection = await RunAsync(definitions, trigger, start, permit, WithinOf(definitions, trigger, plan), stopping);
        collection = collection with { Lateness = lateness, Snapshots = [.. collection.Snapshots.Select(plan.ToStore)] };
        if (collection.Unreachable is null && store)
        {
            // What a dead target owes stays due, and is asked for as soon as it is back; so does what had no turn.
            _schedule.Done(metrics.Except(_runner.StillDue), slot);
            OweTexts(plan, collection, slot);
        }

        CollectionTrace.End(activity, collection);
        Note(collection);
        if (store)
        {
            await _writer.WriteAsync([collection], stopping);
            _runner.Stored();
        }

        await CloseIfIdleAsync(slot);
        return collection;
    }

    // Series that were not seen before have no text yet, which is wanted at once and not when it is due again.
    private void OweTexts(CollectionPlan plan, CollectionRun collection, DateTimeOffset now)
    {
        foreach (var (definition, interval) in plan.Metrics.Values.Where(metric => metric.Definition.Describes is not null))
        {
            var asked = collection.Snapshots.Any(snapshot => snapshot.Metric == definition.Name);
            if (collection.Snapshots.FirstOrDefault(snapshot => snapshot.Metric == definition.Describes) is { } described
                && _missingTexts.AreWorthAsking(described, asked, interval, now))
            {
                _schedule.Owe(definition.Name);
            }
        }
    }

    // Two collections never carry the same instant.
    private DateTimeOffset NextStart()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_clocks.Snapshots.Now.ToUnixTimeMilliseconds());
        // Unless the clock gave in to the wall clock, which it does when it would be too far ahead.
        _lastStart = now > _lastStart || _lastStart - now > SnapshotClock.MostAhead ? now : _lastStart.AddMilliseconds(1);
        return _lastStart;
    }

    private async Task<CollectionRun> RunAsync(
        IReadOnlyList<MetricDefinition> metrics,
        CollectionTrigger trigger,
        DateTimeOffset start,
        CollectionPermit? permit,
        TimeSpan within,
        CancellationToken stopping)
    {
        try
        {
            return await _runner.RunAsync(metrics, trigger, start, permit, within, stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            var broken = new CollectionInProgress(Target, metrics, trigger, start);
            broken.Unreachable(Describe(exception), null);
            return broken.Finish(start, new SeriesAttributes(), new TargetSampling(isOn: false, 0), TimeSpan.Zero);
        }
    }

    // A scheduled collection leaves time for the next one.
    private static TimeSpan WithinOf(IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, CollectionPlan plan) =>
        trigger == CollectionTrigger.Manual
            ? TimeSpan.MaxValue
            : metrics.Where(metric => metric.Scope == MetricScope.Database)
                .Select(metric => plan.Metrics[metric.Name].Interval)
                .DefaultIfEmpty(TimeSpan.MaxValue)
                .Min();

    private static string Describe(Exception exception) =>
        $"collecting failed unexpectedly: {exception.Message} ({exception.GetType().Name})";
}
