using MetricsCollector.Collection.Sampling;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Tests.Storage;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Query.Absent;

/// <summary>
/// The increases of what the collector samples add up to what happened, to the last digit, although rows come and go, most of them are in
/// the row for the rest, collections fail and the collector is restarted: compared with the amounts that the samples were made of.
/// </summary>
public abstract class SampledCounterProperties
{
    private static readonly Field Active = new("active_seconds", FieldKind.Counter, "seconds", "Active.") { AbsentIsZero = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store.</summary>
    private protected abstract Task<IContractStore> CreateAsync();

    /// <summary>Called once everything is written.</summary>
    private protected virtual Task SettleAsync(IContractStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 100)]
    public async Task The_parts_are_the_whole(int seed, int limit)
    {
        await using var store = await CreateAsync();
        var random = new Random(seed);
        List<Interval> truth = [];
        foreach (var batch in Histories(random, limit, truth).Chunk(200))
        {
            await store.NewWriter().WriteAsync(batch, Cancellation);
        }

        await SettleAsync(store, Cancellation);
        for (var i = 0; i < 40; i++)
        {
            var from = Noon.AddMinutes(random.Next(-30, 500)).AddSeconds(random.Next(60));
            var step = TimeSpan.FromSeconds(random.Next(20, 9_000));
            var to = from.AddSeconds(random.Next(60, 30_000));
            foreach (var function in (RangeFunction[])[RangeFunction.Delta, RangeFunction.Rate])
            {
                var (actual, resets) = await AskAsync(store, new RangeRequest(
                    from, to, step, function, FieldKind.Counter, TimeSpan.FromMinutes(1)), []);
                var grid = new StepGrid(from, to, step);
                foreach (var (place, point) in actual.Index())
                {
                    var inside = truth.Where(one => one.Until >= from && one.Until <= to && grid.IndexOf(one.Until) == place && !one.Lost)
                        .ToList();
                    var whole = inside.Sum(one => one.Amount);
                    double? expected = inside.Count == 0 ? null
                        : function == RangeFunction.Delta ? whole : whole / inside.Sum(one => (one.Until - one.After).TotalSeconds);
                    Assert.True(
                        point.Value is null ? expected is null or 0
                        : function == RangeFunction.Delta ? point.Value == expected
                        : Math.Abs(point.Value.Value - expected!.Value) <= 1e-9 * expected.Value,
                        $"{function} at {point.At}: {point.Value}, not {expected}");
                }

                Assert.All(resets, reset => Assert.Equal(ResetReason.SamplingRestart, reset.Reason));
            }
        }
    }

    [Fact]
    public async Task A_restart_of_the_collector_is_a_reset_that_counts_nothing_else()
    {
        await using var store = await CreateAsync();
        await store.NewWriter().WriteAsync(
            [
                Whole(0, since: 0, ("a", 1)),
                Whole(1, since: 0, ("a", 31)),
                Whole(3, since: 3),
                Whole(4, since: 3, ("a", 60), ("b", 30)),
                Whole(5, since: 3, ("b", 90)),
                Whole(6, since: 3, ("a", 6), ("b", 90.5)),
            ],
            Cancellation);
        await SettleAsync(store, Cancellation);
        var request = new RangeRequest(
            Noon, Noon.AddMinutes(6), TimeSpan.FromDays(1), RangeFunction.Delta, FieldKind.Counter, TimeSpan.FromMinutes(1));
        var (sum, resets) = await AskAsync(store, request, []);
        Assert.Equal(30 + 60 + 30 + 60 + 6 + 0.5, Assert.Single(sum).Value);
        Assert.Equal([(Noon.AddMinutes(3), ResetReason.SamplingRestart)], resets.Select(reset => (reset.At, reset.Reason)).Distinct());
        var (rate, _) = await AskAsync(store, request with { Function = RangeFunction.Rate }, []);
        Assert.Equal(186.5 / 240, Assert.Single(rate).Value!.Value, 1e-9);
    }

    private static CollectionRun Whole(int minute, int since, params (string Name, double Seconds)[] rows) => Collected(
        "db",
        Noon.AddMinutes(minute),
        Snapshot("load", ["active_seconds"], [.. rows.Select(row => Row(row.Name, row.Seconds))]),
        Sampling(Noon.AddMinutes(since)));

    private static Snapshot Sampling(DateTimeOffset since) => Snapshot(
        "load_sampling", ["stats_reset"], new SnapshotRow(LabelSet.Empty, [since.ToUnixTimeMilliseconds() / 1000.0]));

    /// <summary>Ten hours of one target, a collection a minute.</summary>
    private static IEnumerable<CollectionRun> Histories(Random random, int limit, List<Interval> truth)
    {
        SampledCounters? counters = null;
        var (since, last) = (Noon, (DateTimeOffset?)null);
        var pending = 0L;
        for (var minute = 0; minute < 600; minute++)
        {
            var at = Noon.AddMinutes(minute).AddMilliseconds(random.Next(2_000));
            if (random.Next(60) == 0)
            {
                // The collector is restarted.
                counters = null;
            }

            if (random.Next(20) == 0)
            {
                // It could not read: it begins anew too, with the next snapshot, which has no rows.
                counters = null;
                yield return Collected("db", at, Snapshot("load", ["active_seconds"]) with { Outcome = Outcome.Failed("away") });
                continue;
            }

            var begins = counters is null;
            if (begins)
            {
                (counters, since, pending) = (new SampledCounters(limit), at, 0);
            }

            for (var sample = 0; !begins && sample < 4; sample++)
            {
                var active = Enumerable.Range(0, 9).Where(_ => random.Next(5) == 0).Select(one => Row($"w{one}", random.Next(1, 4)));
                var before = TimeSpan.FromMilliseconds(random.Next(1_000_000));
                pending += counters!.Add(
                    [.. active], SampledTime.Between(before, before + TimeSpan.FromMilliseconds(random.Next(900, 1_200))));
            }

            var rows = counters!.Rows();
            Assert.True(rows.Count <= limit + 1);
            yield return Collected("db", at, Snapshot("load", ["active_seconds"], [.. rows]), Sampling(since));
            counters.Stored();
            if (last is { } earlier)
            {
                truth.Add(new Interval(earlier, at, pending / 1024.0, begins || at - earlier > TimeSpan.FromMinutes(3)));
            }

            (last, pending) = (at, 0);
        }
    }

    private static async Task<(IReadOnlyList<Sample> Points, IReadOnlyList<Reset> Resets)> AskAsync(
        IContractStore store, RangeRequest range, string[] groupBy)
    {
        var query = new RangeQuery(
            new SeriesFilter(null, "load"), new LabelGlobs([]), [new FieldRange(Active, range)], Aggregation.Sum, groupBy)
        { Resets = ResetRules.Of("load", ["pg_stat_activity"], [Active]) };
        var series = await query.AnswerAsync(
            store.Reader, new ServerHistory(store.Reader, new LatestSnapshots()), Cancellation).ToListAsync(Cancellation);
        return series is [var one] ? (one.Points, one.Resets) : ([], []);
    }

    private sealed record Interval(DateTimeOffset After, DateTimeOffset Until, double Amount, bool Lost);
}
