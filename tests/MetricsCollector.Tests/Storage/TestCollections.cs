using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Storage;

/// <summary>Short ways to write collections down.</summary>
internal static class TestCollections
{
    /// <summary>An hour and a day begin at noon's neighbours, so ranges around it cross partitions.</summary>
    public static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static LabelSet Labels(params (string Name, string Value)[] labels) =>
        LabelSet.Of(labels.Select(label => KeyValuePair.Create(label.Name, label.Value)));

    public static SnapshotRow Row(string datname, params double?[] readings) => new(Labels(("datname", datname)), readings);

    public static Snapshot Snapshot(string metric, string[] fields, params SnapshotRow[] rows) => new()
    {
        Target = string.Empty,
        Metric = metric,
        Fields = fields,
        CollectedAt = default,
        Duration = TimeSpan.FromMilliseconds(1.25),
        Outcome = Outcome.Ok,
        Rows = rows,
    };

    public static Snapshot Without(string metric, Outcome outcome) =>
        Snapshot(metric, ["value"]) with { Outcome = outcome, Duration = TimeSpan.Zero };

    /// <summary>A snapshot of one unlabelled value.</summary>
    public static Snapshot Value(string metric, double? value) => Snapshot(metric, ["value"], new SnapshotRow(LabelSet.Empty, [value]));

    public static CollectionRun Collected(string target, DateTimeOffset at, params Snapshot[] snapshots) => new()
    {
        Id = Guid.CreateVersion7(at),
        Target = target,
        Trigger = CollectionTrigger.Schedule,
        StartedAt = at,
        FinishedAt = at.AddMilliseconds(12),
        RoundTrips = 1,
        Snapshots = [.. snapshots.Select(snapshot => snapshot with { Target = target, CollectedAt = at })],
    };
}
