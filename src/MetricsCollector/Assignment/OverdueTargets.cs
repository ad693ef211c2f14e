using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Assignment;

/// <summary>
/// Finds targets that have not been collected for more than three intervals, whatever the cause: by this collector or, as far as the store
/// tells, by another one. It relies on snapshots only, so that no fault of schedules or leases can hide a target that nobody collects.
/// </summary>
internal sealed class OverdueTargets(TargetCollectors collectors, LatestSnapshots latest, Fleet fleet, CollectorClocks clocks)
{
    /// <summary>A target is overdue after so many of its shortest intervals.</summary>
    private const int Intervals = 3;

    /// <summary>More are counted, not named.</summary>
    private const int MostNamed = 10;

    /// <summary>One sentence for each overdue target, up to ten, and one that counts the others.</summary>
    public IReadOnlyList<string> Find()
    {
        var overdue = collectors.All.Select(Describe).OfType<string>().ToList();
        return overdue.Count <= MostNamed
            ? overdue
            :
            [
                .. overdue.Take(MostNamed),
                FormattableString.Invariant(
                    $"{overdue.Count - MostNamed} more targets have not been collected for more than {Intervals} of their intervals"),
            ];
    }

    private string? Describe(TargetCollector collector)
    {
        var interval = collector.Schedule.Shortest;
        var watched = clocks.Monotonic.Now - collector.WatchedSince;
        var collected = LastOf(collector, interval) is { } last ? clocks.Snapshots.Now - last : (TimeSpan?)null;
        if (watched <= interval * Intervals || collected <= interval * Intervals)
        {
            return null;
        }

        var name = collector.Target.Name;
        var holder = fleet.State.Holders.GetValueOrDefault(name) is { } found ? $"collector {found} holds it" : "no collector holds it";
        return collected is { } age
            ? FormattableString.Invariant(
                $"target {name} was last collected {age.TotalSeconds:0} s ago, and its interval is {new Duration(interval)}; {holder}")
            : FormattableString.Invariant(
                $"target {name} has not been collected in the {watched.TotalSeconds:0} s since it was added; {holder}");
    }

    private DateTimeOffset? LastOf(TargetCollector collector, TimeSpan shortest)
    {
        var times = collector.Plan.Metrics
            .Where(metric => metric.Value.Interval == shortest)
            .Select(metric => latest.Find(collector.Target.Name, metric.Key)?.CollectedAt)
            .OfType<DateTimeOffset>()
            .ToList();
        return times.Count == 0 ? null : times.Max();
    }
}
