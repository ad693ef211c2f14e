using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Events;

/// <summary>Starts of the collector, and times in which nothing was collected.</summary>
internal sealed class CollectorEvents : IEventSource
{
    // Only a collector that collects the target for the first time samples it anew while both can be read.
    private const string Sampling = "load_sampling";
    private static readonly string[] Sampled = [Sampling, "load"];

    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } = [EventKind.Gap, EventKind.CollectorStarted];

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken)
    {
        var outcomes = await readings.OutcomesAsync(cancellationToken);
        var found = new List<TargetEvent>();
        await foreach (var read in readings.SamplesAsync(Sampling, ResetRules.StatsReset, cancellationToken))
        {
            found.AddRange(Starts(read.Series.Target, read.WithEnds(), outcomes[read.Series.Target]));
        }

        var starts = found.ToLookup(one => one.Target, StringComparer.Ordinal);
        var rules = await readings.GapRulesAsync(cancellationToken);
        await foreach (var up in readings.SamplesAsync(EventReadings.Up, EventReadings.Up, cancellationToken))
        {
            found.AddRange(Gaps(up, rules(up), starts[up.Series.Target]));
        }

        return found;
    }

    /// <summary>When a collector began to collect a target.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="statsReset">Since when sessions are sampled, in order of time.</param>
    /// <param name="outcomes">Of the target: sampling begins anew as well where it, or the target, could not be read.</param>
    public static IEnumerable<TargetEvent> Starts(
        string target, IReadOnlyList<Sample> statsReset, IEnumerable<OutcomeChange> outcomes)
    {
        var failures = outcomes
            .Where(change => change.IsUnreachable || (Sampled.Contains(change.Metric) && change.Outcome.Status != OutcomeStatus.Ok))
            .Select(change => change.At)
            .ToList();
        return StatisticsLosses.Moves(statsReset)
            .Where(move => !failures.Exists(at => at > move.Before.At && at <= move.After.At))
            .Select(move => new TargetEvent(
                move.After.At, move.Before.At, target, EventKind.CollectorStarted,
                "A collector started to collect the target: it was started, or took it over from another one."));
    }

    /// <summary>The times in which nothing was collected from a target.</summary>
    /// <param name="up">Its samples of <c>up</c>.</param>
    /// <param name="rule">What a gap is.</param>
    /// <param name="starts">When collectors began to collect it.</param>
    public static IEnumerable<TargetEvent> Gaps(SeriesSamples up, GapRule rule, IEnumerable<TargetEvent> starts)
    {
        DateTimeOffset? before = null;
        foreach (var (first, last) in Spans(up, rule))
        {
            if (before is { } earlier && rule.IsGap(earlier, first))
            {
                var reason = starts.Any(start => start.After < first && start.At > earlier)
                    ? "no collector was running, or it could not store what it collected"
                    : null;
                yield return new TargetEvent(
                    first, earlier, up.Series.Target, EventKind.Gap,
                    $"Nothing was collected for {Length(first - earlier)}{(reason is null ? string.Empty : $": {reason}")}.")
                {
                    New = reason,
                };
            }

            before = last;
        }
    }

    // Times without a gap. A summary is only unpacked where it has one.
    private static IEnumerable<(DateTimeOffset First, DateTimeOffset Last)> Spans(SeriesSamples up, GapRule rule) =>
        SampleOrSummary.Merge(up.Samples, up.Summaries).SelectMany(piece => piece.Summary switch
        {
            null => [(piece.Sample.At, piece.Sample.At)],
            { } summary when rule.IsGap(summary.From, summary.From + summary.LongestGap)
                || rule.IsGap(summary.To - summary.LongestGap, summary.To) => summary.Times.Select(at => (at, at)),
            { } summary => ((DateTimeOffset, DateTimeOffset)[])[(summary.From, summary.To)],
        });

    private static string Length(TimeSpan time) => new Duration(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds))).ToString();
}
