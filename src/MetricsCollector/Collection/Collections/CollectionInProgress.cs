using System.Globalization;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Outcomes;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Collection.Sampling;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>A collection that is running: what was answered by now.</summary>
internal sealed class CollectionInProgress(
    Target target, IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, DateTimeOffset startedAt)
{
    private const string NothingSampled = "no collection has read what is sampled";

    private readonly Dictionary<string, List<MetricAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stillDue = new(StringComparer.Ordinal);
    private string? _unreachable;

    public IReadOnlyList<MetricDefinition> Metrics { get; } = metrics;

    public int RoundTrips { get; set; }

    public int Databases { get; set; }

    /// <summary>What the answers may still take in memory.</summary>
    public AnswerBudget Budget { get; } = new();

    /// <summary>The server that answered; every further connection has to reach the same. Null before the first answer.</summary>
    public ServerFacts? Server { get; set; }

    /// <summary>Another server that a connection reached.</summary>
    public ServerFacts? Another { get; set; }

    /// <summary>The metrics of the server that had no turn.</summary>
    public IReadOnlyCollection<string> StillDue => _stillDue;

    /// <summary>A metric had no turn, and is due until it has.</summary>
    public void HadNoTurn(MetricDefinition metric) => _stillDue.Add(metric.Name);

    public void Add(MetricDefinition metric, MetricAnswer answer)
    {
        if (!_answers.TryGetValue(metric.Name, out var answers))
        {
            _answers[metric.Name] = answers = [];
        }

        answers.Add(answer);
    }

    /// <summary>The answers to a metric so far.</summary>
    public IReadOnlyList<MetricAnswer> AnswersOf(MetricDefinition metric) => _answers.GetValueOrDefault(metric.Name) ?? [];

    /// <summary>The outcome of a metric that was answered once; null of others.</summary>
    public Outcome? OutcomeOf(MetricDefinition metric) => AnswersOf(metric) is [var only] ? only.Outcome : null;

    /// <summary>Takes other answers than those so far.</summary>
    public void Replace(MetricDefinition metric, IReadOnlyList<MetricAnswer> answers) => _answers[metric.Name] = [.. answers];

    /// <summary>The same collection for some of its metrics, without answers.</summary>
    public CollectionInProgress Beside(IReadOnlyList<MetricDefinition> some) => new(target, some, trigger, startedAt) { Server = Server };

    /// <summary>
    /// The server cannot be reached: metrics whose file says what they read then have that reading, also if they were answered before it
    /// went away; what was not answered has failed.
    /// </summary>
    public void Unreachable(string reason, string? sqlState)
    {
        _unreachable = reason;
        foreach (var metric in Metrics.Where(metric => !metric.Computed))
        {
            if (metric.Files[^1].Unreachable is { } value)
            {
                var row = new SnapshotRow(LabelSet.Empty, [.. metric.Fields.Select(_ => (double?)value)]);
                _answers[metric.Name] = [new MetricAnswer(null, Outcome.Ok, [row], TimeSpan.Zero, 0)];
            }
            else if (!_answers.ContainsKey(metric.Name))
            {
                Add(metric, MetricAnswer.Without(null, Outcome.Failed(reason, sqlState)));
            }
            else if (metric.Scope == MetricScope.Database)
            {
                Add(metric, MetricAnswer.Without(null, Outcome.Failed($"databases that were not visited: {reason}", sqlState)));
            }
        }
    }

    /// <summary>The whole collection.</summary>
    /// <param name="finishedAt">When the last answer came.</param>
    /// <param name="attributes">Texts that describe series.</param>
    /// <param name="sampling">What was sampled before it.</param>
    /// <param name="began">When it began, by the steady clock.</param>
    public CollectionRun Finish(DateTimeOffset finishedAt, SeriesAttributes attributes, TargetSampling sampling, TimeSpan began)
    {
        finishedAt = finishedAt < startedAt ? startedAt : finishedAt;
        foreach (var metric in Metrics.Where(metric => metric.Describes is not null && _answers.ContainsKey(metric.Name)))
        {
            attributes.Learn(metric.Describes!, _answers[metric.Name].SelectMany(answer => answer.Rows));
        }

        var asked = Metrics.Where(metric => !metric.Computed).Select(metric => ToSnapshot(metric, attributes, sampling, began)).ToList();
        var cost = CollectionCost.Of(asked, finishedAt - startedAt, RoundTrips, Databases);
        var computed = Metrics.Where(metric => metric.Computed)
            .Select(metric => Computed(metric, metric.ComputedFrom == ComputedFrom.Sampling ? sampling.Fields() : cost, sampling.IsOn));
        return new CollectionRun
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

    private Snapshot Computed(MetricDefinition metric, IReadOnlyDictionary<string, double>? fields, bool samples) =>
        fields is null
            ? Snapshot(metric, Outcome.Skipped(samples ? NothingSampled : TargetSampling.SwitchedOff))
            : Snapshot(metric, Outcome.Ok) with
            {
                Rows =
                [
                    new SnapshotRow(
                        LabelSet.Empty,
                        [.. metric.FieldNames.Select(name => fields.TryGetValue(name, out var value) ? value : (double?)null)]),
                ],
            };

    private Snapshot ToSnapshot(MetricDefinition metric, SeriesAttributes attributes, TargetSampling sampling, TimeSpan began)
    {
        var snapshot = ToSnapshot(metric, attributes);
        if (metric.Sampled)
        {
            snapshot = sampling.Show(snapshot, began);
            snapshot = snapshot with { Rows = attributes.Describe(metric, snapshot.Rows) };
        }

        return snapshot;
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
        var (all, twin) = Distinct(answers);
        IReadOnlyList<SnapshotRow> rows = metric.Describes is not null ? [] : metric.Sampled ? all : attributes.Describe(metric, all);
        var outcome = MergedOutcome.Of(answers);
        var snapshot = Snapshot(metric, twin is null ? outcome : MergedOutcome.With(outcome, twin));
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
        $"{texts} texts were read; from the next collection of {described} on "
        + $"they are the attributes of its series, as in /api/v1/series?metric={described}");

    // A statement that names databases itself gives the same rows in each of them.
    private static (IReadOnlyList<SnapshotRow> Rows, string? Twin) Distinct(List<MetricAnswer> answers)
    {
        if (answers is [var only])
        {
            return (only.Rows, null);
        }

        var rows = new Dictionary<LabelSet, SnapshotRow>();
        string? twin = null;
        foreach (var answer in answers)
        {
            foreach (var row in answer.Rows.Where(row => !rows.TryAdd(row.Labels, row)))
            {
                twin ??= $"several databases gave a row with the labels {row.Labels}, the first was kept; "
                    + "ask it once with '-- scope: instance' "
                    + $"(master: true), or leave {MetricDefinition.DatabaseLabel} out of the statement";
            }
        }

        return ([.. rows.Values], twin);
    }

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
