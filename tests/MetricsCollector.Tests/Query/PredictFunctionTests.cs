using MetricsCollector.Query.Functions;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class PredictFunctionTests
{
    [Fact]
    public void Points_on_a_line_are_continued()
    {
        var result = RangeEvaluator.Evaluate(Request(), At.Samples((0, 10), (10, 15), (20, null), (30, 25)));
        Assert.Equal(100, Assert.Single(result.Points).Value!.Value, 1e-9);
        Assert.Equal(Request().To.AddSeconds(120), result.Points[0].At);
        Assert.Equal((0.5 * 86400, 1.0, 3, 25.0), (
            Math.Round(result.Forecast!.PerDay, 6), Math.Round(result.Forecast.RSquared!.Value, 9), result.Forecast.Samples,
            result.Forecast.Last));
    }

    [Fact]
    public void The_limit_is_reached_where_the_line_meets_it()
    {
        var samples = At.Samples((0, 10), (10, 15), (30, 25));
        Assert.Equal(
            Request().From.AddSeconds(180), RangeEvaluator.Evaluate(Request() with { Limit = 100 }, samples).Forecast!.CrossesAt!.Value,
            TimeSpan.FromMilliseconds(1));
        Assert.Null(RangeEvaluator.Evaluate(Request() with { Limit = 5 }, samples).Forecast!.CrossesAt);
        Assert.Null(RangeEvaluator.Evaluate(Request() with { Limit = 1e300 }, samples).Forecast!.CrossesAt);
        Assert.Null(RangeEvaluator.Evaluate(Request() with { Limit = 7 }, At.Samples((0, 5), (10, 5))).Forecast!.CrossesAt);
    }

    [Fact]
    public void What_was_set_back_counts_from_its_last_fall()
    {
        var samples = At.Samples((0, 50), (10, 90), (20, 10), (30, 15), (40, 20));
        var forecast = RangeEvaluator.Evaluate(Request() with { SinceLastFall = true }, samples).Forecast!;
        Assert.Equal((3, Request().From.AddSeconds(20)), (forecast.Samples, forecast.From));
        Assert.Equal(0.5 * 86400, forecast.PerDay, 1e-6);
    }

    [Fact]
    public void Fewer_than_two_instants_make_no_line()
    {
        Assert.Null(RangeEvaluator.Evaluate(Request(), At.Samples((0, 5))).Forecast);
        Assert.Null(Assert.Single(RangeEvaluator.Evaluate(Request(), []).Points).Value);
    }

    private static RangeRequest Request() => At.Request(RangeFunction.Predict, 0, 60, 60) with { Horizon = TimeSpan.FromSeconds(120) };
}
