
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class IncreaseFunctionsTests
{
    [Fact]
    public void Rate_is_the_increase_over_the_seconds_it_took()
    {
        var samples = At.Samples((0, 100), (60, 160), (120, 280));

        Assert.Equal([null, 1, 2], RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 120, 60), samples).Values());
        Assert.Equal([null, 60, 120], RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 120, 60), samples).Values());
    }

    [Fact]
    public void A_counter_that_drops_counts_as_a_reset()
    {
        var samples = At.Samples((0, 100), (60, 130), (120, 20), (180, 50));

        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 239, 240), samples);

        Assert.Equal([30 + 20 + 30], result.Values());
        Assert.Equal([new Reset(At.Second(120), ResetReason.ValueDrop)], result.Resets);
    }

    [Fact]
    public void A_gauge_that_drops_has_a_negative_delta_and_no_reset()
    {
        var samples = At.Samples((0, 100), (60, 130), (120, 20));

        var delta = RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 239, 240, FieldKind.Gauge), samples);
        var rate = RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 239, 240, FieldKind.Gauge), samples);

        Assert.Equal([-80], delta.Values());
        Assert.Equal([-80.0 / 120], rate.Values());
        Assert.Empty(delta.Resets);
    }

    [Fact]
    public void The_earlier_value_may_lie_before_the_range()
    {
        var samples = At.Samples((-60, 10), (0, 70));

        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 30, 60), samples);

        Assert.Equal([1], result.Values());
    }

    [Fact]
    public void A_pair_that_ends_before_the_range_counts_nowhere()
    {
        var samples = At.Samples((-40, 500), (-20, 100), (0, 101), (40, 102));

        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 59, 60), samples);

        Assert.Equal([2], result.Values());
        Assert.Empty(result.Resets);
    }

    [Fact]
    public void A_pair_belongs_to_the_step_of_its_later_value()
    {
        var samples = At.Samples((50, 0), (110, 60));

        Assert.Equal([null, 1], RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 119, 60), samples).Values());
    }

    [Fact]
    public void A_gap_of_more_than_three_intervals_is_null()
    {
        var samples = At.Samples((0, 0), (60, 60), (120, 120), (301, 400), (361, 460));

        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 361, 60), samples);

        Assert.Equal([null, 1, 1, null, null, null, 1], result.Values());
    }

    [Fact]
    public void Three_intervals_are_no_gap()
    {
        var samples = At.Samples((0, 0), (60, 60), (240, 240));

        Assert.Equal([null, 1, null, null, 1], RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 240, 60), samples).Values());
    }

    [Fact]
    public void A_reset_behind_a_gap_is_not_counted()
    {
        var result = RangeEvaluator.Evaluate(
            At.Request(RangeFunction.Delta, 0, 900, 3600), At.Samples((0, 100), (60, 110), (600, 5), (660, 6)));

        Assert.Equal([11], result.Values());
        Assert.Empty(result.Resets);
    }

    [Fact]
    public void A_series_that_is_read_less_often_than_its_metric_says_has_no_gaps()
    {
        var samples = At.Samples((0, 0), (600, 600), (1200, 1200), (1800, 1800));

        Assert.Equal([1800], RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 1800, 3600), samples).Values());
    }

    [Theory]
    [InlineData(60, 20)]
    [InlineData(60, 10)]
    [InlineData(60, 1)]
    [InlineData(300, 15)]
    [InlineData(10, 60)]
    public void A_range_that_was_read_at_another_interval_stays_whole(int before, int now)
    {
        var times = Enumerable.Range(0, 6).Select(i => i * before).ToList();
        times.AddRange(Enumerable.Range(1, 40).Select(i => times[^1] + (i * now)).ToList());
        var samples = At.Samples([.. times.Select(at => ((double)at, (double?)at * 7))]);

        // What is in force today is one of the two, whichever the history began with.
        foreach (var interval in new[] { before, now })
        {
            var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, times[^1], 36_000, interval: interval), samples);
            Assert.Equal([times[^1] * 7], result.Values());
            Assert.Empty(result.Gaps);
        }
    }

    [Fact]
    public void What_is_missing_in_a_range_that_was_read_at_a_longer_interval_is_a_gap()
    {
        double[] times = [0, 60, 120, 180, 900, 960, 1500, 1560, 1620, 1680, 1700, 1720, 1740, 1760, 1860, 1880, 1900];
        var samples = At.Samples([.. times.Select(at => (at, (double?)at))]);

        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 1900, 36_000, interval: 20), samples);

        Assert.Equal(
            [new Gap(At.Second(180), At.Second(900)), new Gap(At.Second(960), At.Second(1500)), new Gap(At.Second(1760), At.Second(1860))],
            result.Gaps);
    }

    [Fact]
    public void Values_are_judged_by_the_interval_that_was_in_force()
    {
        // Every 20 s, with an outage of 80 s; then every 60 s, with one of 240 s; then every 20 s again, with one of 80 s.
        double[] times = [0, 20, 40, 120, 140, 160, 220, 280, 520, 580, 600, 620, 700, 720];
        var samples = At.Samples([.. times.Select(at => (at, (double?)at))]);
        var request = At.Request(RangeFunction.Delta, 0, 720, 36_000, interval: 60) with
        {
            Intervals = Recorded((0, 20), (160, 60), (600, 20)),
        };

        var result = RangeEvaluator.Evaluate(request, samples);

        Assert.Equal(
            [new Gap(At.Second(40), At.Second(120)), new Gap(At.Second(280), At.Second(520)), new Gap(At.Second(620), At.Second(700))],
            result.Gaps);
        Assert.Equal([720.0 - 80 - 240 - 80], result.Values());
    }

    [Fact]
    public void Few_values_that_were_read_at_a_longer_interval_stay_whole()
    {
        var samples = At.Samples((0, 0), (60, 60), (80, 80), (100, 100), (120, 120));
        var request = At.Request(RangeFunction.Delta, 0, 120, 36_000, interval: 10) with { Intervals = Recorded((0, 60), (80, 10)) };

        Assert.Equal([120], RangeEvaluator.Evaluate(request, samples).Values());
    }

    [Fact]
    public void What_was_read_before_intervals_were_recorded_is_judged_by_itself()
    {
        // Every 60 s; recorded from 300 s on, every 10 s. Only the pause of 40 s is a gap.
        double[] times = [0, 60, 120, 180, 240, 300, 310, 320, 360, 370];
        var samples = At.Samples([.. times.Select(at => (at, (double?)at))]);
        var request = At.Request(RangeFunction.Delta, 0, 370, 36_000, interval: 10) with { Intervals = Recorded((300, 10)) };

        Assert.Equal([new Gap(At.Second(320), At.Second(360))], RangeEvaluator.Evaluate(request, samples).Gaps);
    }

    [Fact]
    public void Two_values_far_apart_do_not_vouch_for_each_other()
    {
        Assert.Equal(
            [null], RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 1800, 3600), At.Samples((0, 0), (600, 600))).Values());
    }

    [Fact]
    public void A_NULL_between_two_values_does_not_part_them()
    {
        var samples = At.Samples((0, 10), (60, null), (120, 130));

        Assert.Equal([120], RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 120, 3600), samples).Values());
    }

    [Fact]
    public void Two_values_of_one_instant_have_a_delta_and_no_rate()
    {
        var samples = At.Samples((10, 1), (10, 3));

        Assert.Equal([2], RangeEvaluator.Evaluate(At.Request(RangeFunction.Delta, 0, 59, 60), samples).Values());
        Assert.Equal([null], RangeEvaluator.Evaluate(At.Request(RangeFunction.Rate, 0, 59, 60), samples).Values());
    }

    [Fact]
    public void Moved_stats_reset_counts_as_a_reset_even_when_the_counter_has_grown_past_its_old_value()
    {
        var evidence = new ResetEvidence(At.Samples((0, null), (60, null), (120, 7)), []);

        var result = RangeEvaluator.Evaluate(
            At.Request(RangeFunction.Delta, 0, 239, 240), At.Samples((0, 10), (60, 20), (120, 50)), evidence);

        Assert.Equal([10 + 50], result.Values());
        Assert.Equal([new Reset(At.Second(120), ResetReason.StatsReset)], result.Resets);
    }

    [Fact]
    public void A_restart_explains_a_drop_but_is_no_reset_by_itself()
    {
        var restart = new ServerChange(At.Second(30), At.Second(90), ResetReason.Restart);
        var evidence = new ResetEvidence([], [restart]);
        var request = At.Request(RangeFunction.Delta, 0, 239, 240);

        var kept = RangeEvaluator.Evaluate(request, At.Samples((0, 10), (60, 20), (120, 50)), evidence);
        var lost = RangeEvaluator.Evaluate(request, At.Samples((0, 10), (60, 5), (120, 6)), evidence);

        Assert.Equal([40], kept.Values());
        Assert.Empty(kept.Resets);
        Assert.Equal([6], lost.Values());
        Assert.Equal([new Reset(At.Second(60), ResetReason.Restart)], lost.Resets);
    }

    [Fact]
    public void What_another_server_counted_is_no_increase()
    {
        var evidence = new ResetEvidence([], [new ServerChange(At.Second(60), At.Second(120), ResetReason.Failover)]);

        var result = RangeEvaluator.Evaluate(
            At.Request(RangeFunction.Delta, 0, 239, 240), At.Samples((0, 10), (60, 20), (120, 9000), (180, 9010)), evidence);

        Assert.Equal([20], result.Values());
        Assert.Equal([new Reset(At.Second(120), ResetReason.Failover)], result.Resets);
    }

    [Theory]
    [InlineData(ResetReason.Failover, 1)]
    [InlineData(ResetReason.Restart, 0)]
    public void Another_server_behind_a_gap_is_told_with_the_gap(ResetReason change, int resets)
    {
        var evidence = new ResetEvidence([], [new ServerChange(At.Second(60), At.Second(400), change)]);

        var result = RangeEvaluator.Evaluate(
            At.Request(RangeFunction.Delta, 0, 599, 600), At.Samples((0, 1), (60, 2), (400, 9), (460, 10)), evidence);

        Assert.Equal([2], result.Values());
        Assert.Equal([new Gap(At.Second(60), At.Second(400))], result.Gaps);
        Assert.Equal(Enumerable.Repeat(new Reset(At.Second(400), ResetReason.Failover), resets), result.Resets);
    }

    [Fact]
    public void A_gap_is_told_with_both_its_ends()
    {
        var result = RangeEvaluator.Evaluate(
            At.Request(RangeFunction.Delta, 0, 599, 600), At.Samples((0, 1), (60, 2), (400, 9), (460, 10)));

        Assert.Equal([2], result.Values());
        Assert.Equal([new Gap(At.Second(60), At.Second(400))], result.Gaps);
    }

    private static IntervalHistory Recorded(params (double Since, double Seconds)[] intervals) =>
        IntervalHistory.Of(intervals.Select(one => new StoredInterval("t", At.Second(one.Since), TimeSpan.FromSeconds(one.Seconds))));
}
