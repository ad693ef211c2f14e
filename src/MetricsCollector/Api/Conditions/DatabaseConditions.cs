using System.Collections.Concurrent;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Conditions;

/// <summary>
/// What the newest snapshots say of the watched servers that <c>status</c> must not keep silent about. It says nothing of the collector,
/// which does its work, so it changes neither its state nor <c>readyz</c>. Thread-safe.
/// </summary>
internal sealed class DatabaseConditions
{
    // As old as a snapshot may be, in intervals of its metric, and still be the present.
    private const int Intervals = 3;

    private readonly ConcurrentDictionary<(string Target, string Rule), IReadOnlyDictionary<string, DateTimeOffset>> _since = new();
    private readonly TargetCollectors _collectors;
    private readonly LatestSnapshots _latest;
    private readonly TimeProvider _time;

    public DatabaseConditions(TargetCollectors collectors, LatestSnapshots latest, CollectionBroadcaster feed, TimeProvider time)
    {
        (_collectors, _latest, _time) = (collectors, latest, time);

        // For as long as the program runs.
        _ = feed.Listen(Observe);
    }

    /// <summary>The conditions of all targets that answer, by target.</summary>
    public IReadOnlyList<ConditionResponse> Read()
    {
        foreach (var gone in _since.Keys.Where(key => _collectors.Find(key.Target) is null))
        {
            _since.TryRemove(gone, out _);
        }

        return
        [
            .. from collector in _collectors.All
               where collector.State.Status == TargetStatus.Up
               from rule in ConditionRule.All
               let snapshot = Newest(collector, rule.Metric)
               where snapshot is not null
               let since = _since.GetValueOrDefault((snapshot.Target, rule.Name))
               from found in rule.Find(snapshot)
               select new ConditionResponse(
                   rule.Name,
                   snapshot.Target,
                   found.Subject,
                   found.Since ?? First(since, found.Subject ?? string.Empty) ?? snapshot.CollectedAt,
                   snapshot.CollectedAt,
                   found.Message),
        ];
    }

    private static DateTimeOffset? First(IReadOnlyDictionary<string, DateTimeOffset>? since, string subject) =>
        since is not null && since.TryGetValue(subject, out var first) ? first : null;

    private Snapshot? Newest(TargetCollector collector, string metric) =>
        collector.Plan.Metrics.TryGetValue(metric, out var planned)
        && _latest.Find(collector.Target.Name, metric) is { Outcome.Status: OutcomeStatus.Ok or OutcomeStatus.Partial } snapshot
        && _time.GetUtcNow() - snapshot.CollectedAt <= planned.Interval * Intervals
            ? snapshot
            : null;

    // Remembers when each began, over all snapshots and not only those that somebody asks for.
    private void Observe(CollectionRun collection)
    {
        foreach (var rule in ConditionRule.All)
        {
            if (collection.Snapshots.FirstOrDefault(one => one.Metric == rule.Metric)
                is not { Outcome.Status: OutcomeStatus.Ok or OutcomeStatus.Partial } snapshot)
            {
                continue;
            }

            var key = (snapshot.Target, rule.Name);
            var found = rule.Find(snapshot).Select(condition => condition.Subject ?? string.Empty).ToHashSet(StringComparer.Ordinal);
            if (found.Count == 0)
            {
                _since.TryRemove(key, out _);
                continue;
            }

            var before = _since.GetValueOrDefault(key);
            _since[key] = found.ToDictionary(
                subject => subject, subject => First(before, subject) ?? snapshot.CollectedAt, StringComparer.Ordinal);
        }
    }
}
