namespace MetricsCollector.Snapshots;

/// <summary>One collection: one run over the due metrics of one target.</summary>
public sealed record CollectionRun
{
    /// <summary>UUID version 7: ordered by time, and the key that makes storing it twice a no-op.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name of the watched server.</summary>
    public required string Target { get; init; }

    /// <summary>Labels that the settings give the target, such as <c>env=prod</c>.</summary>
    public LabelSet TargetLabels { get; init; } = LabelSet.Empty;

    /// <summary>What started it.</summary>
    public required CollectionTrigger Trigger { get; init; }

    /// <summary>When it started, UTC, in whole milliseconds; every snapshot of the collection carries this instant.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>
    /// How long after its tick it started; null for one that somebody asked for, the first of a target, and one of a target that did
    /// not answer before.
    /// </summary>
    public TimeSpan? Lateness { get; init; }

    /// <summary>When the last answer was read, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>One snapshot for each metric of the collection, whatever its outcome.</summary>
    public required IReadOnlyList<Snapshot> Snapshots { get; init; }

    /// <summary>Why the target could not be reached at all; null when it was.</summary>
    public string? Unreachable { get; init; }

    /// <summary>How often the collector waited for the watched server: 1 when nothing failed, without connecting.</summary>
    public int RoundTrips { get; init; }

    /// <summary>
    /// <see cref="OutcomeStatus.Ok"/> when no metric failed, <see cref="OutcomeStatus.Failed"/> when the target was not reached or
    /// all that was asked failed, <see cref="OutcomeStatus.Partial"/> between.
    /// </summary>
    public OutcomeStatus Status
    {
        get
        {
            if (Unreachable is not null)
            {
                return OutcomeStatus.Failed;
            }

            var failed = Snapshots.Count(snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);
            var answered = Snapshots.Count(snapshot => snapshot.Outcome.Status is OutcomeStatus.Ok or OutcomeStatus.Partial);
            var partial = failed > 0 || Snapshots.Any(snapshot => snapshot.Outcome.Status == OutcomeStatus.Partial);
            return (failed, answered, partial) switch
            {
                ( > 0, 0, _) => OutcomeStatus.Failed,
                (_, _, true) => OutcomeStatus.Partial,
                _ => OutcomeStatus.Ok,
            };
        }
    }
}
