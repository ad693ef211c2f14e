using System.Runtime.CompilerServices;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>A checked question for computed ranges.</summary>
/// <param name="Filter">Which series.</param>
/// <param name="Globs">Labels that must match besides.</param>
/// <param name="Fields">Which fields, and what to compute from each.</param>
/// <param name="Aggregation">How series become one; null when each stays itself.</param>
/// <param name="GroupBy">What series that become one have in common.</param>
internal sealed record RangeQuery(
    SeriesFilter Filter, LabelGlobs Globs, IReadOnlyList<FieldRange> Fields, Aggregation? Aggregation, IReadOnlyList<string> GroupBy)
{
    private const string StatsReset = ResetRules.StatsReset;

    private static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(1);

    /// <summary>The range all fields have in common; what is computed may differ.</summary>
    public RangeRequest Range => Fields[0].Range;

    /// <summary>What resets the counters of the metric.</summary>
    public ResetRules Resets { get; init; } = ResetRules.Unknown;

    private bool Increases => Fields.Any(one => one.Range.Function is RangeFunction.Rate or RangeFunction.Delta);

    private bool Counts => Increases && Fields.Any(one => one.Range.Kind == FieldKind.Counter);

    /// <summary>Answers with one series after the other, as the store gives them; without those that have no sample in the range.</summary>
    public async IAsyncEnumerable<SeriesResult> AnswerAsync(
        ISnapshotReader reader, ServerHistory history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reasons = new GapReasons(reader, Filter.Metric!);
        var results = Aggregation is null
            ? EvaluateAsync(reader, history, cancellationToken)
            : new GroupedQuery(this, Aggregation.Value).AnswerAsync(reader, history, cancellationToken);
        await foreach (var (target, labels, field, result) in results)
        {
            var gaps = await reasons.ExplainAsync(target, result.Gaps, cancellationToken);
            yield return new SeriesResult(target, Filter.Metric!, field, labels, result.Points, result.Resets, gaps)
            {
                Forecast = result.Forecast,
            };
        }
    }

    /// <summary>Computes without making few series of many, and without looking up why values are missing.</summary>
    public async IAsyncEnumerable<ComputedSeries> EvaluateAsync(
        ISnapshotReader reader, ServerHistory history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var read in ReadAsync(reader, history, cancellationToken))
        {
            yield return read.Evaluate();
        }
    }

    /// <summary>Reads what is computed from, one series after the other.</summary>
    public async IAsyncEnumerable<ReadSeries> ReadAsync(
        ISnapshotReader reader, ServerHistory history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var intervals = Increases
            ? await QueriedIntervals.ReadAsync(reader, Filter.Target, Filter.Metric!, Range.Interval, cancellationToken)
            : null;
        var lookBack = LookBack(intervals);
        var instants = Fields.Any(field => field.IsFilled)
            ? await CollectedInstants.ReadAsync(reader, Filter.Target, Filter.Metric!, Range.From - lookBack, Range.To, cancellationToken)
            : null;
        var changes = Counts ? await history.ChangesAsync(Filter.Target, Range.From - lookBack, Range.To, Resets, cancellationToken) : null;
        SeriesKey? current = null;
        var evidence = ResetEvidence.None;
        var filter = Globs.Any ? Filter with { Predicate = Globs.Matches } : Filter;
        var summaries = Summaries(changes, intervals);
        await foreach (var read in reader.ReadSummariesAsync(
            filter, FieldNames(), Range.From, Range.To, lookBack, summaries, cancellationToken))
        {
            if (read.Series != current)
            {
                // Asked for first, so it comes before the fields that it explains.
                current = read.Series;
                var known = changes?.Of(read.Series);
                evidence = known is null ? ResetEvidence.None
                    : Resets.HasStatsReset && read.Field == StatsReset ? await EvidenceAsync(reader, read, known, cancellationToken)
                    : new ResetEvidence([], known);
            }

            foreach (var field in Fields.Where(field => field.Field.Name == read.Field))
            {
                if (read.Summaries.Count > 0 || (read.Samples is [.., var last] && last.At >= Range.From))
                {
                    var range = intervals is null ? field.Range : field.Range with { Intervals = intervals.Of(read.Series.Target) };
                    range = field.IsFilled ? range with { AbsentIsZero = true } : range;
                    var samples = field.IsFilled ? instants!.Fill(read.Series.Target, read.Samples) : read.Samples;
                    yield return new ReadSeries(
                        read.Series, field, range, samples, read.Summaries, evidence.With(Resets.RuleOf(read.Field)));
                }
            }
        }
    }

    private async Task<ResetEvidence> EvidenceAsync(
        ISnapshotReader reader, SeriesSamples statsReset, IReadOnlyList<ServerChange> changes, CancellationToken cancellationToken) =>
        new(statsReset.Samples, changes, statsReset.Summaries)
        {
            Falls = Resets.RuleOf(string.Empty) == StatsResetRule.NeedsFallInRow
                ? await RowFalls.FindAsync(reader, statsReset, Resets.Counters, cancellationToken)
                : [],
        };

    // Where nothing is recorded, the interval may have been a longer one then.
    private TimeSpan LookBack(QueriedIntervals? intervals)
    {
        var interval = intervals?.LongestAt(Range.From) ?? TimeSpan.Zero;
        return intervals is null ? TimeSpan.Zero : (interval > UsualInterval ? interval : UsualInterval) * GapRule.Intervals;
    }

    private SummaryRequest Summaries(ResetHistory? changes, QueriedIntervals? intervals)
    {
        // A field that is asked for twice may be asked for different things.
        var uses = Fields.GroupBy(field => field.Field.Name)
            .ToDictionary(
                same => same.Key,
                same => same.Select(UseOf).Distinct().ToArray() is [var use] ? use : SummaryUse.None);
        if (Counts && Resets.HasStatsReset)
        {
            uses[StatsReset] = uses.ContainsKey(StatsReset) ? SummaryUse.None : SummaryUse.FirstAndLast;
        }

        return new SummaryRequest(Range.Step, uses)
        {
            LongestGaps = intervals?.Limits(Range.From, Range.To) ?? [],
            ConstantField = StatsReset,
            ExcludedIntervals = [.. (changes ?? ResetHistory.None).All.Select(change => (change.After, change.Until))],
        };
    }

    private SummaryUse UseOf(FieldRange field) =>
        field.IsFilled || field.IsByInstant(Aggregation) ? SummaryUse.None : RangeEvaluator.UseOf(field.Range);

    private IReadOnlyList<string> FieldNames()
    {
        var names = Fields.Select(field => field.Field.Name);
        return [.. Counts && Resets.HasStatsReset ? names.Prepend(StatsReset).Distinct() : names];
    }
}
