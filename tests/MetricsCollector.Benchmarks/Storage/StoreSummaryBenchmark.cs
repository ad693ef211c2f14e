using System.Diagnostics;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>A month in steps of a day out of the summaries, against the same from the samples.</summary>
internal sealed class StoreSummaryBenchmark : IBenchmark
{
    private const int Days = 30;
    private const int CollectionsOfABatch = 500;
    private const int WarmUps = 20;
    private const int Rounds = 100;

    private static readonly string[] Fields = [.. Enumerable.Range(0, 20).Select(field => $"field_{field}")];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public string Name => "store-summary";

    /// <inheritdoc />
    public string Summary => "30 days of one field of one series in steps of a day, against the same from its samples.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(true, cancellationToken);
        foreach (var day in Enumerable.Range(0, Days))
        {
            foreach (var batch in Enumerable.Range(day * 1440, 1440).Select(CollectionOf).Chunk(CollectionsOfABatch))
            {
                await store.Writer.WriteAsync(batch, cancellationToken);
            }

            await store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
        }

        await store.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        return
        [
            await MeasureAsync(store, RangeFunction.Rate, cancellationToken),
            await MeasureAsync(store, RangeFunction.Avg, cancellationToken),
            await MeasureAsync(store, RangeFunction.Max, cancellationToken),
        ];
    }

    private static CollectionRun CollectionOf(int minute)
    {
        var at = StoreDataSet.Start.AddMinutes(minute);
        return new CollectionRun
        {
            Id = Guid.CreateVersion7(at),
            Target = StoreDataSet.Target,
            Trigger = CollectionTrigger.Schedule,
            StartedAt = at,
            FinishedAt = at,
            RoundTrips = 1,
            Snapshots =
            [
                new Snapshot
                {
                    Target = StoreDataSet.Target,
                    Metric = "m",
                    Fields = Fields,
                    CollectedAt = at,
                    Duration = Minute,
                    Outcome = Outcome.Ok,
                    Rows = [new SnapshotRow(
                        LabelSet.Empty,
                        [.. Enumerable.Range(1, Fields.Length).Select(field => (double?)(minute * field * 100L) + (minute * field % 97))])],
                },
            ],
        };
    }

    private static async Task<Measurement> MeasureAsync(BenchmarkStore store, RangeFunction function, CancellationToken cancellationToken)
    {
        var (ours, reference) = (new List<double>(), new List<double>());
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var field = Fields[round % Fields.Length];
            var before = Stopwatch.GetTimestamp();
            var answer = await AnswerAsync(store, field, function, true, cancellationToken);
            var between = Stopwatch.GetTimestamp();
            var same = await AnswerAsync(store, field, function, false, cancellationToken);
            if (round >= WarmUps)
            {
                ours.Add(Stopwatch.GetElapsedTime(before, between).TotalMilliseconds);
                reference.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }

            if (!answer.SequenceEqual(same) || answer.Count != Days)
            {
                throw new InvalidOperationException($"{function} of {field} is not the same from summaries and from samples.");
            }
        }

        ours.Sort();
        reference.Sort();
        return new Measurement($"30 days, step 1d, fn={function}", ours[ours.Count / 2], reference[reference.Count / 2], "ms", "faster");
    }

    private static async Task<IReadOnlyList<Sample>> AnswerAsync(
        BenchmarkStore store, string field, RangeFunction function, bool summarized, CancellationToken cancellationToken)
    {
        var (from, to) = (StoreDataSet.Start, StoreDataSet.Start.AddDays(Days).AddTicks(-TimeSpan.TicksPerMicrosecond));
        var range = new RangeRequest(from, to, TimeSpan.FromDays(1), function, FieldKind.Counter, Minute);
        var uses = new Dictionary<string, SummaryUse> { [field] = summarized ? RangeEvaluator.UseOf(range) : SummaryUse.None };
        var request = new SummaryRequest(range.Step, uses) { LongestGaps = [new GapLimit(from, to, Minute * GapRule.Intervals)] };
        var read = store.Reader.ReadSummariesAsync(
            new SeriesFilter(null, "m"), [field], from, to, Minute * GapRule.Intervals, request, cancellationToken);
        await foreach (var series in read)
        {
            return RangeEvaluator.Evaluate(range, series.Samples, null, series.Summaries).Points;
        }

        return [];
    }
}
