using MetricsCollector.LocalPostgres;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>Whether a window of packed history comes as samples or as a summary makes no difference to an answer.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class SummaryTests(PostgresFixture postgres)
{
    private const int Series = 12;

    private static readonly DateTimeOffset Midnight = Noon.AddHours(-12);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly string[] Fields = ["stats_reset", "calm", "falling", "fraction", "odd", "milliseconds"];

    private static readonly RangeFunction[] Functions =
    [
        RangeFunction.Avg, RangeFunction.Min, RangeFunction.Max, RangeFunction.Last, RangeFunction.Sum, RangeFunction.Delta,
        RangeFunction.Rate, RangeFunction.P95, RangeFunction.Raw,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What is random are readings and ranges, which no version of PostgreSQL treats otherwise: the oldest proves the statements.
    public static TheoryData<int> Seeds => TestMajors.All[0] == PostgresMajors.Newest ? [1, 2, 3, 4] : [1];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Summaries_and_samples_answer_alike(int seed)
    {
        await using var store = await TestStore.CreateAsync(postgres, new FakeTimeProvider(Midnight.AddDays(9)));
        var random = new Random(seed);
        await store.Writer.WriteAsync([.. Collections(random, Midnight.AddDays(-1), Midnight.AddDays(2), keep: 0.97)], Cancellation);
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        await store.Writer.WriteAsync([.. Collections(random, Midnight.AddDays(2), Midnight.AddDays(2.5), keep: 0.97)], Cancellation);
        await store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation);
        await store.Writer.WriteAsync([.. Collections(random, Midnight.AddDays(2.5), Midnight.AddDays(2.6), keep: 1)], Cancellation);

        // Late rows of two series, inside what is packed.
        await store.Writer.WriteAsync(
            [.. Collections(random, Midnight.AddDays(0.3), Midnight.AddDays(0.35), keep: 1, first: Series - 2)], Cancellation);
        var summarized = 0;
        foreach (var (step, hours) in new[] { (1, 40), (24, 60), (24 * 7, 62), (6, 62) })
        {
            var (from, to) = (Midnight.AddMinutes(random.Next(-200, 200)), Midnight.AddHours(hours).AddMinutes(random.Next(-200, 200)));
            summarized += await CompareAsync(store, from, to, TimeSpan.FromHours(step), random);
        }

        Assert.True(summarized > 1_000, $"Only {summarized} summaries were given: little was compared.");
    }

    [Fact]
    public async Task Steps_that_hold_whole_windows_are_answered_without_the_readings()
    {
        await using var store = await TestStore.CreateAsync(postgres, new FakeTimeProvider(Midnight.AddDays(9)));
        await store.Writer.WriteAsync(
            [.. Collections(new Random(5), Midnight.AddDays(-1), Midnight.AddDays(3), keep: 1, resets: false)], Cancellation);
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        string[] fields = ["calm", "milliseconds"];
        var (from, to) = (Midnight, Midnight.AddDays(3).AddTicks(-10));
        var before = await AnswersAsync();
        await store.ExecuteAsync("UPDATE metrics_packed_days SET readings = '{}'");
        Assert.Equal(before, await AnswersAsync());
        Assert.Equal(2 * Series * 7, before.Count);
        Assert.All(before, answer => Assert.Equal(3, answer.Split(' ').Length));

        async Task<List<string>> AnswersAsync()
        {
            var answers = new List<string>();
            foreach (var function in Functions[..7])
            {
                var range = new RangeRequest(from, to, TimeSpan.FromDays(1), function, FieldKind.Counter, Interval);
                var request = new SummaryRequest(range.Step, fields.ToDictionary(field => field, _ => RangeEvaluator.UseOf(range)))
                {
                    LongestGaps = [new GapLimit(from, to, Interval * 3)],
                };
                var summaries = store.Reader.ReadSummariesAsync(
                    new SeriesFilter(null, "m"), fields, from, to, Interval * 3, request, Cancellation);
                await foreach (var read in summaries)
                {
                    var points = RangeEvaluator.Evaluate(range, read.Samples, null, read.Summaries).Points;
                    answers.Add(string.Join(' ', points.Select(point => point.Value)));
                }
            }

            return answers;
        }
    }

    // Some of the pauses between rows, which are often longer than one interval, are gaps in one piece and none in the next.
    private static IntervalHistory ChangingIntervals(DateTimeOffset from, DateTimeOffset to, Random random) =>
        IntervalHistory.Of(Enumerable.Range(0, 6).Select(piece => new StoredInterval(
            "t", from + ((to - from) * (piece / 6.0)), Interval * random.Next(1, 6) / 4)));

    private static IReadOnlyList<GapLimit> Limits(RangeRequest range)
    {
        DateTimeOffset[] starts = [range.From, .. range.Intervals.Changes.Where(at => at > range.From)];
        return [.. starts.Select((at, i) => new GapLimit(
            at, i + 1 < starts.Length ? starts[i + 1] : range.To, range.Intervals.At(at) * GapRule.Intervals))];
    }

    /// <returns>How many summaries stood for samples.</returns>
    private static async Task<int> CompareAsync(TestStore store, DateTimeOffset from, DateTimeOffset to, TimeSpan step, Random random)
    {
        var summarized = 0;
        ServerChange[] changes =
        [
            new(from.AddHours(3), from.AddHours(3) + Interval, ResetReason.Failover),
            new(from.AddHours(30), from.AddHours(30) + Interval, ResetReason.Restart),
        ];
        foreach (var function in Functions)
        {
            var kind = random.Next(3) == 0 ? FieldKind.Gauge : FieldKind.Counter;
            var range = new RangeRequest(from, to, step, function, kind, random.Next(3) == 0 ? Interval / 2 : Interval);
            if (random.Next(2) == 0)
            {
                range = range with { Intervals = ChangingIntervals(from, to, random) };
            }

            var uses = Fields.ToDictionary(
                field => field, field => field == "stats_reset" ? SummaryUse.FirstAndLast : RangeEvaluator.UseOf(range));
            var request = new SummaryRequest(step, uses)
            {
                LongestGaps = Limits(range),
                ConstantField = "stats_reset",
                ExcludedIntervals = [.. changes.Select(change => (change.After, change.Until))],
            };
            var (filter, lookBack) = (new SeriesFilter(null, "m"), range.Interval * GapRule.Intervals);
            var samples = await ReadAsync(store.Reader.ReadSamplesAsync(filter, Fields, from, to, lookBack, Cancellation));
            var summaries = await ReadAsync(store.Reader.ReadSummariesAsync(filter, Fields, from, to, lookBack, request, Cancellation));
            Assert.Equal(Series * Fields.Length, samples.Count);
            foreach (var (key, plain) in samples)
            {
                var other = summaries[key];
                var (resets, others) = (samples[key with { Field = "stats_reset" }], summaries[key with { Field = "stats_reset" }]);
                if (key.Field == "stats_reset")
                {
                    continue;
                }

                summarized += other.Summaries.Count;
                var expected = RangeEvaluator.Evaluate(range, plain.Samples, new ResetEvidence(resets.Samples, changes));
                var actual = RangeEvaluator.Evaluate(
                    range, other.Samples, new ResetEvidence(others.Samples, changes, others.Summaries), other.Summaries);
                Assert.Equal(expected.Points, actual.Points);
                Assert.Equal(expected.Resets, actual.Resets);
                Assert.Equal(expected.Gaps, actual.Gaps);
            }
        }

        return summarized;
    }

    private static async Task<Dictionary<(SeriesKey Series, string Field), SeriesSamples>> ReadAsync(IAsyncEnumerable<SeriesSamples> read)
    {
        var all = new Dictionary<(SeriesKey, string), SeriesSamples>();
        await foreach (var one in read)
        {
            all.Add((one.Series, one.Field), one);
        }

        return all;
    }

    /// <summary>Every fifth collection is missing in some hours; series fall, their statistics are reset, and some values are NULL or
    /// NaN.</summary>
    private static IEnumerable<CollectionRun> Collections(
        Random random, DateTimeOffset from, DateTimeOffset to, double keep, int first = 0, bool resets = true)
    {
        var counters = new double[Series];
        var reset = new double?[Series];
        for (var at = from.AddMilliseconds(7); at < to; at += Interval)
        {
            if (random.NextDouble() > keep)
            {
                at += Interval * random.Next(8);
                continue;
            }

            var rows = new List<SnapshotRow>();
            for (var i = first; i < Series; i++)
            {
                counters[i] = (counters[i] == 0 ? (at - Midnight.AddDays(-2)).TotalMinutes * 100 : counters[i]) + random.Next(100);
                var falls = resets && i % 3 != 0 && random.Next(200) == 0;
                reset[i] = falls && i % 3 == 1 ? counters[i] : reset[i];
                var falling = falls
                    ? random.Next(5)
                    : random.Next(50) == 0 && i % 4 == 1 && resets ? double.NaN : counters[i] + (i % 3 == 2 ? random.Next(10) : 0);
                double? odd = random.Next(40) switch
                {
                    0 => null,
                    1 => double.NaN,
                    2 => double.PositiveInfinity,
                    3 => -0.0,
                    _ => random.NextDouble() / 3,
                };
                rows.Add(
                    Row($"{i}", reset[i], Math.Floor(counters[i]), falling, counters[i] / 7, odd, Math.Round(counters[i] * 1_000) / 1_000));
            }

            yield return Collected("a", at.AddMilliseconds(random.Next(3)), Snapshot("m", Fields, [.. rows]));
        }
    }
}
