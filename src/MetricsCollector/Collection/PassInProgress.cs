using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection;

/// <summary>A pass that is running: what was answered by now.</summary>
internal sealed class PassInProgress(Target target, IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, DateTimeOffset startedAt)
{
    private readonly Dictionary<string, List<MetricAnswer>> _answers = new(StringComparer.Ordinal);
    private string? _unreachable;

    public IReadOnlyList<MetricDefinition> Metrics { get; } = metrics;

    public int RoundTrips { get; set; }

    public int Databases { get; set; }

    public void Add(MetricDefinition metric, MetricAnswer answer)
    {
        if (!_answers.TryGetValue(metric.Name, out var answers))
        {
            _answers[metric.Name] = answers = [];
        }

        answers.Add(answer);
    }

    /// <summary>The server could not be reached: metrics whose file says what they read then have that reading, the others have failed.</summary>
    public void Unreachable(string reason, string? sqlState)
    {
        _unreachable = reason;
        foreach (var metric in Metrics.Where(metric => !metric.Computed && !_answers.ContainsKey(metric.Name)))
        {
            Add(metric, metric.Files[^1].Unreachable is { } value
                ? new MetricAnswer(null, Outcome.Ok, [new SnapshotRow(LabelSet.Empty, [.. metric.Fields.Select(_ => (double?)value)])], TimeSpan.Zero, 0)
                : MetricAnswer.Without(null, Outcome.Failed(reason, sqlState)));
        }
    }

    public CollectionPass Finish(DateTimeOffset finishedAt, SeriesAttributes attributes)
    {
        finishedAt = finishedAt < startedAt ? startedAt : finishedAt;
        foreach (var metric in Metrics.Where(metric => metric.Describes is not null && _answers.ContainsKey(metric.Name)))
        {
            attributes.Learn(metric.Describes!, _answers[metric.Name].SelectMany(answer => answer.LabelledRows()));
        }

        var asked = Metrics.Where(metric => !metric.Computed).Select(metric => ToSnapshot(metric, attributes)).ToList();
        var cost = PassCost.Of(asked, finishedAt - startedAt, RoundTrips, Databases);
        var computed = Metrics.Where(metric => metric.Computed)
            .Select(metric => Snapshot(metric, Outcome.Ok) with { Rows = [new SnapshotRow(LabelSet.Empty, [.. metric.FieldNames.Select(name => cost.TryGetValue(name, out var value) ? value : (double?)null)])] });
        return new CollectionPass
        {
            Id = Guid.CreateVersion7(startedAt),
            Target = target.Name,
            TargetLabels = target.Labels,
            Trigger = trigger,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Snapshots = [.. asked, .. computed],
            RoundTrips = RoundTrips,
            Unreachable = _unreachable,
        };
    }

    private Snapshot ToSnapshot(MetricDefinition metric, SeriesAttributes attributes)
    {
        if (!_answers.TryGetValue(metric.Name, out var answers))
        {
            return Snapshot(metric, metric.Scope == MetricScope.Database
                ? Outcome.Skipped("no database is chosen; Targets:N:Databases says which are")
                : Outcome.Failed("was not asked"));
        }

        // What describes other series is kept with those; it has no readings of its own.
        IReadOnlyList<SnapshotRow> rows = metric.Describes is null ? attributes.Describe(metric.Name, answers.SelectMany(answer => answer.LabelledRows())) : [];
        var snapshot = Snapshot(metric, MergedOutcome.Of(answers));
        return snapshot with
        {
            Rows = SameLength(rows, snapshot.Fields.Count),
            Duration = answers.Aggregate(TimeSpan.Zero, (sum, answer) => sum + answer.Duration),
            RowsLeftOut = answers.Sum(answer => answer.RowsLeftOut),
            Note = metric.Describes is null ? null : Kept(answers.Sum(answer => answer.Rows.Count), metric.Describes),
        };
    }

    private static string Kept(int texts, string described) => string.Create(
        CultureInfo.InvariantCulture,
        $"{texts} texts were read; from the next collection of {described} on they are the attributes of its series, as in /api/v1/series?metric={described}");

    // Columns that a later database was the first to have are unknown in the rows before.
    private static IReadOnlyList<SnapshotRow> SameLength(IReadOnlyList<SnapshotRow> rows, int fields) =>
        rows.All(row => row.Readings.Length == fields)
            ? rows
            : [.. rows.Select(row => row with { Readings = [.. row.Readings, .. new double?[fields - row.Readings.Length]] })];

    private Snapshot Snapshot(MetricDefinition metric, Outcome outcome) => new()
    {
        Target = target.Name,
        Metric = metric.Name,
        Fields = metric.FieldNames,
        CollectedAt = startedAt,
        Duration = TimeSpan.Zero,
        Outcome = outcome,
    };
}
