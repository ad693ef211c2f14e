using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Events;

/// <summary>
/// Targets that stopped answering and metrics that were lost, and both when they came back, from the outcomes of collections.
/// </summary>
internal sealed class OutcomeEvents : IEventSource
{
    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } =
        [EventKind.TargetDown, EventKind.TargetUp, EventKind.MetricLost, EventKind.MetricBack];

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken) =>
        (await readings.OutcomesAsync(cancellationToken))
            .SelectMany(target => target)
            .GroupBy(change => (change.Target, change.Metric))
            .SelectMany(metric => metric.Key.Metric == EventReadings.Up ? Reachability([.. metric]) : Metric([.. metric]));

    /// <summary>When a target stopped answering and when it answered again.</summary>
    /// <param name="changes">Those of the metric <c>up</c> of one target, in order of time.</param>
    public static IEnumerable<TargetEvent> Reachability(IReadOnlyList<OutcomeChange> changes)
    {
        for (var i = 1; i < changes.Count; i++)
        {
            var (before, change) = (changes[i - 1], changes[i]);
            if (change.IsUnreachable == before.IsUnreachable)
            {
                continue;
            }

            var (kind, message) = change.IsUnreachable
                ? (EventKind.TargetDown, $"The server stopped answering: {change.Outcome.Reason}")
                : (EventKind.TargetUp, $"The server answers again; before: {before.Outcome.Reason}");
            yield return Event(before, change, kind, message) with
            {
                Old = change.IsUnreachable ? null : before.Outcome.Reason,
                New = change.IsUnreachable ? change.Outcome.Reason : null,
            };
        }
    }

    /// <summary>
    /// When a metric was lost and when it came back. What a target that does not answer, or a server for which the metric is not made, says
    /// of it counts for nothing.
    /// </summary>
    /// <param name="changes">Those of one metric of one target, in order of time.</param>
    public static IEnumerable<TargetEvent> Metric(IReadOnlyList<OutcomeChange> changes)
    {
        OutcomeChange? known = null;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.IsUnreachable || IneligibleServer.Explains(change.Outcome))
            {
                continue;
            }

            var name = change.Metric;
            var before = i > 0 ? changes[i - 1] : change;
            if (known is not null && IsRead(known) != IsRead(change))
            {
                var (kind, message) = IsRead(change)
                    ? (EventKind.MetricBack, $"The metric {name} is read again; before: {known.Outcome.Reason}")
                    : (EventKind.MetricLost, $"The metric {name} is read no more: {change.Outcome.Reason}");
                yield return Event(before, change, kind, message) with
                {
                    Subject = name,
                    Old = IsRead(change) ? known.Outcome.Reason : null,
                    New = IsRead(change) ? null : change.Outcome.Reason,
                };
            }

            known = change;
        }
    }

    private static bool IsRead(OutcomeChange change) => change.Outcome.Status is OutcomeStatus.Ok or OutcomeStatus.Partial;

    private static TargetEvent Event(OutcomeChange before, OutcomeChange change, EventKind kind, string message) =>
        new(change.At, change.Before ?? before.At, change.Target, kind, message);
}
