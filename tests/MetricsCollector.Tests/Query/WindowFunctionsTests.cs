
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class WindowFunctionsTests
{
    private static readonly Sample[] Seven = At.Samples((0, 4), (10, 1), (20, null), (30, 7), (60, 2), (70, 2.5), (180, 9));

    [Theory]
    [InlineData(RangeFunction.Avg, 4.0, 2.25, null, 9.0)]
    [InlineData(RangeFunction.Min, 1.0, 2.0, null, 9.0)]
    [InlineData(RangeFunction.Max, 7.0, 2.5, null, 9.0)]
    [InlineData(RangeFunction.Last, 7.0, 2.5, null, 9.0)]
    [InlineData(RangeFunction.Sum, 12.0, 4.5, null, 9.0)]
    [InlineData(RangeFunction.P50, 4.0, 2.25, null, 9.0)]
    public void Every_step_has_a_point_and_null_where_nothing_was_read(
        RangeFunction function, double? first, double? second, double? third, double? fourth)
    {
        var result = RangeEvaluator.Evaluate(At.Request(function, 0, 200, 60), Seven);

        Assert.Equal([first, second, third, fourth], result.Values());
        Assert.Equal([At.Second(0), At.Second(60), At.Second(120), At.Second(180)], result.Points.Select(point => point.At));
    }

    [Fact]
    public void Percentiles_lie_on_the_straight_line_between_two_values()
    {
        var samples = At.Samples((0, 10), (1, 40), (2, 20), (3, 30));

        // SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY x) FROM (VALUES (10), (20), (30), (40)) v (x)
        Assert.Equal([25.0], Evaluate(RangeFunction.P50));
        Assert.Equal(38.5, Evaluate(RangeFunction.P95)[0]!.Value, 1e-12);
        Assert.Equal(39.7, Evaluate(RangeFunction.P99)[0]!.Value, 1e-12);

        double?[] Evaluate(RangeFunction function) => RangeEvaluator.Evaluate(At.Request(function, 0, 59, 60), samples).Values();
    }

    [Fact]
    public void A_sample_at_either_end_of_the_range_counts_and_one_outside_does_not()
    {
        var samples = At.Samples((-1, 100), (0, 1), (90, 2), (90.001, 100));

        Assert.Equal([3], RangeEvaluator.Evaluate(At.Request(RangeFunction.Sum, 0, 90, 3600), samples).Values());
    }

    [Fact]
    public void A_range_that_ends_on_a_boundary_has_a_last_step_of_one_instant()
    {
        var samples = At.Samples((0, 1), (60, 2));

        Assert.Equal([1, 2], RangeEvaluator.Evaluate(At.Request(RangeFunction.Sum, 0, 60, 60), samples).Values());
    }

    [Fact]
    public void The_first_step_starts_on_its_boundary_even_before_the_range()
    {
        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Sum, 90, 119, 60), At.Samples((61, 100), (90, 1)));

        Assert.Equal([new Sample(At.Second(60), 1)], result.Points);
    }

    [Fact]
    public void Raw_gives_the_samples_of_the_range_as_they_are()
    {
        var result = RangeEvaluator.Evaluate(At.Request(RangeFunction.Raw, 10, 60, 7), Seven);

        Assert.Equal(Seven[1..5], result.Points);
        Assert.Empty(result.Resets);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_finite_is_passed_over_like_NULL(double strange)
    {
        var samples = At.Samples((0, 1), (10, strange), (20, 3));

        foreach (var function in Enum.GetValues<RangeFunction>())
        {
            var points = RangeEvaluator.Evaluate(At.Request(function, 0, 59, 60), samples).Values();
            var without = RangeEvaluator.Evaluate(At.Request(function, 0, 59, 60), At.Samples((0, 1), (10, null), (20, 3))).Values();
            Assert.Equal(without, points);
        }
    }

    [Fact]
    public void A_series_without_samples_has_only_nulls()
    {
        foreach (var function in Enum.GetValues<RangeFunction>().Where(
            function => function is not (RangeFunction.Raw or RangeFunction.Predict)))
        {
            Assert.Equal([null, null], RangeEvaluator.Evaluate(At.Request(function, 0, 60, 60), []).Values());
        }
    }
}
