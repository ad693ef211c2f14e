using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Permits;
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
            return broken.Finish(start, new SeriesAttributes());
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
