
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class StepChoiceTests
{
    [Theory]
    [InlineData("5m", "1s", "1s")]
    [InlineData("1h", "15s", "15s")]
    [InlineData("1h", "1m", "1m")]
    [InlineData("6h", "1m", "2m")]
    [InlineData("1d", "1m", "5m")]
    [InlineData("7d", "1m", "1h")]
    [InlineData("30d", "1m", "3h")]
    [InlineData("365d", "1m", "7d")]
    [InlineData("10000d", "1m", "35d")]
    [InlineData("1h", "45s", "1m")]
    [InlineData("1h", "1h", "1h")]
    [InlineData("0s", "10m", "10m")]
    public void The_automatic_step_is_round_gives_about_300_points_and_is_no_shorter_than_the_interval(
        string range, string interval, string step)
    {
        var from = At.Zero - Duration.Parse(range).Value;

        Assert.Equal(step, new Duration(StepChoice.Automatic(from, At.Zero, Duration.Parse(interval).Value)).ToString());
    }

    [Fact]
    public void A_step_within_the_limit_has_no_problem()
    {
        Assert.Null(StepChoice.Problem(At.Zero, At.Second(10_999), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_step_that_gives_too_many_points_is_refused_with_one_that_does_not()
    {
        var problem = StepChoice.Problem(At.Zero, At.Second(11_000), TimeSpan.FromSeconds(1));

        Assert.Equal("1s gives 11001 points for every series, and 11000 are the most; write 2s or longer", problem);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_998)]
    [InlineData(10_999)]
    [InlineData(604_800)]
    [InlineData(94_608_000)]
    public void The_step_that_the_refusal_names_is_accepted(int seconds)
    {
        var shortest = StepChoice.Shortest(At.Second(0.5), At.Second(seconds + 0.5));

        Assert.Null(StepChoice.Problem(At.Second(0.5), At.Second(seconds + 0.5), shortest));
    }

    [Fact]
    public void Steps_before_1970_are_aligned_too()
    {
        var grid = new StepGrid(DateTimeOffset.UnixEpoch.AddSeconds(-90), DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));

        Assert.Equal(3, grid.Count);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(-120), grid.StartOf(0));
    }

    [Fact]
    public void A_step_of_nothing_and_a_range_that_ends_before_it_starts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepGrid(At.Zero, At.Zero, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepGrid(At.Zero, At.Second(-1), TimeSpan.FromSeconds(1)));
    }
}
