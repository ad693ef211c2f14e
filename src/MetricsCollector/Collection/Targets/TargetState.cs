using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>What the collector knows of a target now.</summary>
public sealed record TargetState
{
    /// <summary>Whether it answers.</summary>
    public TargetStatus Status { get; init; }

    /// <summary>Why it does not answer; null when it does.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when <see cref="Status"/> holds, UTC; null before the first collection.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What the server said of itself last; null before its first answer.</summary>
    public ServerFacts? Facts { get; init; }

    /// <summary>Host and port of the server that answered last; null before its first answer.</summary>
    public string? Server { get; init; }

    /// <summary>The servers that answer by turns under the address of the target; null while one does.</summary>
    public string? ByTurns { get; init; }

    /// <summary>The last collection; null before the first.</summary>
    public CollectionRun? LastCollection { get; init; }

    /// <summary>The last outcome of every metric that was asked so far.</summary>
    public IReadOnlyDictionary<string, Outcome> Outcomes { get; init; } = new Dictionary<string, Outcome>();

    /// <summary>The metrics that were not answered when they were asked last, while the server was there.</summary>
    public IReadOnlyDictionary<string, MetricFailure> Failures { get; init; } = new Dictionary<string, MetricFailure>();

    /// <summary>How long after its tick the last scheduled collection started; null of one without a tick, the first, and of one over a
    /// target that did not answer before.</summary>
    public TimeSpan? Lateness { get; init; }

    /// <summary>The state after one more collection.</summary>
    public TargetState After(CollectionRun collection, ServerFacts? facts)
    {
        var status = collection.Unreachable is null ? TargetStatus.Up : TargetStatus.Down;
        var outcomes = new Dictionary<string, Outcome>(Outcomes, StringComparer.Ordinal);
        foreach (var snapshot in collection.Snapshots)
        {
            outcomes[snapshot.Metric] = snapshot.Outcome;
        }

        return this with
        {
            Status = status,
            Reason = collection.Unreachable,
            Since = status == Status ? Since : collection.StartedAt,
            Facts = facts ?? Facts,
            // The rows live on in the latest snapshots; kept here they would be held twice after the next collection.
            LastCollection = collection with { Snapshots = [.. collection.Snapshots.Select(snapshot => snapshot with { Rows = [] })] },
            Outcomes = outcomes,
            Failures = status == TargetStatus.Up ? MetricFailure.After(Failures, Outcomes, collection.Snapshots) : Failures,
        };
    }

    /// <summary>The state as another collector stored it.</summary>
    public TargetState Seen(IReadOnlyList<Snapshot> stored)
    {
        if (stored.FirstOrDefault(snapshot => snapshot.Metric == "up") is not { Rows: [{ Readings: [{ } up, ..] }, ..] } seen)
        {
            return this;
        }

        var status = up > 0 ? TargetStatus.Up : TargetStatus.Down;
        return this with
        {
            Status = status,
            Reason = status == TargetStatus.Up ? null : stored
                .Select(snapshot => snapshot.Outcome.Reason)
                .FirstOrDefault(reason => reason is not null) ?? "the collector that collects it cannot reach it",
            Since = status == Status ? Since : seen.CollectedAt,
            Failures = status == TargetStatus.Up ? MetricFailure.After(Failures, Outcomes, stored) : Failures,
            Outcomes = stored.ToDictionary(snapshot => snapshot.Metric, snapshot => snapshot.Outcome, StringComparer.Ordinal),
        };
    }
}
