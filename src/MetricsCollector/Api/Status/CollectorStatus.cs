using System.Globalization;
using System.Reflection;
using MetricsCollector.Api.Conditions;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Exposition;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Api.Status;

/// <summary>Puts together how the collector does: for <c>status</c>, and for <c>readyz</c>, which never says ready while nothing is
/// collected.</summary>
internal sealed class CollectorStatus(
    TargetCollectors collectors, CollectionSettings settings, Fleet fleet, ScheduleLateness punctuality,
    CollectorClocks clocks, CatalogSource catalog, NameClashes clashes,
    StoreStatus store, OverdueTargets overdue, DatabaseConditions conditions, FailingMetrics failing, TimeProvider time)
{
    /// <summary>The version of the program, without what names the commit.</summary>
    public static readonly string Version =
        typeof(CollectorStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "unknown";

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Everything.</summary>
    public StatusResponse Read()
    {
        var states = collectors.All.Select(collector => (collector.Target.Name, collector.State)).ToList();
        var report = store.Read();
        var reasons = NotReady();
        reasons.AddRange(
            catalog.Problems.Select(problem => $"the metric files changed and cannot be used, the last good ones are: {problem}"));
        reasons.AddRange(
            settings.Problems.Select(problem => $"the settings changed and cannot be used, the last good ones are: {problem}"));
        reasons.AddRange(clashes.Current);
        reasons.AddRange(fleet.State.Problems);

        // A store that takes no snapshots has told its reason already.
        if (report.State == StoreState.Ready && fleet.State.Unshared is { } unshared)
        {
            reasons.Add($"the store does not say which collector collects what: {unshared}");
        }

        if (clocks.Snapshots.Ahead is { TotalSeconds: >= 5 } ahead)
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the wall clock went back by {ahead.TotalSeconds:0} s; snapshots carry times ahead of it until it has caught up, "
                + $"so that no series goes back in time"));
        }

        reasons.AddRange(states
            .Where(target => target.State.Status == TargetStatus.Down)
            .Select(target => $"target {target.Name} is down: {target.State.Reason}"));
        reasons.AddRange(states
            .Where(target => target.State is { Status: TargetStatus.Up, ByTurns: not null })
            .Select(target => $"target {target.Name} leads to several servers by turns ({target.State.ByTurns}), "
                + "so its values are not those of one server; name one server for each target"));
        reasons.AddRange(failing.Reasons());
        reasons.AddRange(overdue.Find());
        if (report.DroppedCollections > 0)
        {
            reasons.Add(
                $"{Collections(report.DroppedCollections)} dropped: the store took less than was collected "
                + "until the spool and the queue in memory were full");
        }

        if (report.RefusedCollections > 0)
        {
            reasons.Add(
                $"{Collections(report.RefusedCollections)} refused by the store and lost; "
                + $"the last one because of: {report.RefusedReason}");
        }

        if (report.LeftOutRows > 0)
        {
            reasons.Add(
                $"{report.LeftOutRows} rows were not stored: their labels are too long to be a key, "
                + "or are those of another row; the log names them");
        }

        if (report.SpoolReason is { } reason)
        {
            reasons.Add($"the spool takes no snapshots: {reason}");
        }

        if (report.RetentionReason is { } held)
        {
            reasons.Add($"expired history is not removed: {held}");
        }

        return new StatusResponse(
            reasons.Count == 0 ? "ok" : "degraded",
            reasons,
            [.. failing.Read(), .. conditions.Read()],
            Version,
            _startedAt,
            Math.Round((time.GetUtcNow() - _startedAt).TotalSeconds, 3),
            new TargetsStatusResponse(
                states.Count(target => target.State.Status == TargetStatus.Up),
                states.Count(target => target.State.Status == TargetStatus.Down),
                states.Count(target => target.State.Status == TargetStatus.Unknown),
                states.Where(target => target.State.Status == TargetStatus.Down)
                    .ToDictionary(target => target.Name, target => target.State.Reason!, StringComparer.Ordinal)),
            new CollectionStatusResponse(
                catalog.Current.Metrics.Count,
                states.Max(target => target.State.LastCollection?.StartedAt),
                Math.Round(states.Max(target => target.State.Lateness)?.TotalMilliseconds ?? 0, 3),
                punctuality.Lateness(0.5, 0.99, 1) is [var p50, var p99, var max]
                    ? new LatenessResponse(Math.Round(p50, 3), Math.Round(p99, 3), Math.Round(max, 3))
                    : new LatenessResponse(0, 0, 0),
                punctuality.Collections,
                punctuality.SkippedTicks,
                settings.Current.LoadedAt),
            [.. fleet.State.Collectors.Select(one => new CollectorPresenceResponse(one.Name, one.Targets, one.Self))],
            report);
    }

    /// <summary>Why the collector is not ready; empty when it is.</summary>
    public List<string> NotReady()
    {
        var reasons = new List<string>();
        var report = store.Read();
        if (report.State != StoreState.Ready)
        {
            reasons.Add(report.Reason is null ? "the store has not answered yet" : $"the store does not take snapshots: {report.Reason}");
        }

        if (collectors.All.Count == 0)
        {
            reasons.Add(
                "no target is set, so nothing is collected; set Targets__0__Name and Targets__0__ConnectionString, "
                + "or PGHOST and its companions");
        }
        else if (collectors.All.All(collector => collector.State.Status != TargetStatus.Up))
        {
            reasons.Add("no target answers, so nothing is collected; /api/v1/targets says why");
        }

        return reasons;
    }

    private static string Collections(long number) => number == 1 ? "1 collection was" : $"{number} collections were";
}
