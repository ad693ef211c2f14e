using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection;

/// <summary>A pass that is running: which metrics have an outcome by now.</summary>
internal sealed class PassInProgress(Target target, IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, DateTimeOffset startedAt)
{
    private readonly Dictionary<string, Snapshot> _snapshots = new(StringComparer.Ordinal);
    private string? _unreachable;

    public IReadOnlyList<MetricDefinition> Metrics { get; } = metrics;

    public int RoundTrips { get; set; }

    public void End(MetricDefinition metric, Outcome outcome, IReadOnlyList<SnapshotRow>? rows = null, TimeSpan duration = default) =>
        _snapshots[metric.Name] = new Snapshot
        {
            Target = target.Name,
            Metric = metric.Name,
            Fields = metric.FieldNames,
            CollectedAt = startedAt,
            Duration = duration,
            Outcome = outcome,
            Rows = rows ?? [],
        };

    /// <summary>Gives every metric without an outcome this one.</summary>
    public void EndRest(Outcome outcome)
    {
        foreach (var metric in Metrics.Where(metric => !_snapshots.ContainsKey(metric.Name)))
        {
            End(metric, outcome);
        }
    }

    /// <summary>The server could not be reached: metrics whose file says what they read then have that reading, the others have failed.</summary>
    public void Unreachable(string reason, string? sqlState)
    {
        _unreachable = reason;
        foreach (var metric in Metrics.Where(metric => !_snapshots.ContainsKey(metric.Name)))
        {
            if (metric.Files[^1].Unreachable is { } value)
            {
                End(metric, Outcome.Ok, [new SnapshotRow(LabelSet.Empty, [.. metric.Fields.Select(_ => (double?)value)])]);
            }
        }

        EndRest(Outcome.Failed(reason, sqlState));
    }

    public CollectionPass Finish(DateTimeOffset finishedAt) => new()
    {
        Id = Guid.CreateVersion7(startedAt),
        Target = target.Name,
        TargetLabels = target.Labels,
        Trigger = trigger,
        StartedAt = startedAt,
        FinishedAt = finishedAt < startedAt ? startedAt : finishedAt,
        Snapshots = [.. Metrics.Select(metric => _snapshots[metric.Name])],
        RoundTrips = RoundTrips,
        Unreachable = _unreachable,
    };
}
