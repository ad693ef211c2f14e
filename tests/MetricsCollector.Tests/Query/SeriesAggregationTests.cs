using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;


namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class SeriesAggregationTests
{
    [Theory]
    [InlineData(Aggregation.Sum, 6.0, 9.0)]
    [InlineData(Aggregation.Avg, 3.0, 9.0)]
    [InlineData(Aggregation.Min, 1.0, 9.0)]
    [InlineData(Aggregation.Max, 5.0, 9.0)]
    public void Series_become_one_step_by_step_and_nulls_are_passed_over(Aggregation aggregation, double both, double one)
    {
        var sum = new SeriesAggregation(aggregation, []);
        sum.Add(Series("one", "app"), Result(1, 9, null));
        sum.Add(Series("two", "app"), Result(5, null, null));

        var group = Assert.Single(sum.Groups());
        Assert.Equal([both, one, null], group.Result.Values());
        Assert.Null(group.Target);
        Assert.Equal(LabelSet.Empty, group.Labels);
    }

    [Fact]
    public void Series_that_agree_on_a_label_become_one()
    {
        var sum = new SeriesAggregation(Aggregation.Sum, ["datname"]);
        sum.Add(Series("one", "app"), Result(1));
        sum.Add(Series("one", "shop"), Result(2));
        sum.Add(Series("two", "app"), Result(4));

        Assert.Equal(
            [(null, "app", 5), (null, "shop", 2)],
            sum.Groups().Select(group => (group.Target, group.Labels["datname"], group.Result.Points[0].Value)));
    }

    [Fact]
    public void Series_can_be_grouped_by_target()
    {
        var sum = new SeriesAggregation(Aggregation.Sum, [SeriesAggregation.TargetName]);
        sum.Add(Series("one", "app"), Result(1));
        sum.Add(Series("one", "shop"), Result(2));
        sum.Add(Series("two", "app"), Result(4));

        Assert.Equal([("one", 3.0), ("two", 4.0)], sum.Groups().Select(group => (group.Target, group.Result.Points[0].Value)));
        Assert.All(sum.Groups(), group => Assert.Equal(LabelSet.Empty, group.Labels));
    }

    [Fact]
    public void A_group_has_the_resets_of_all_its_series_once_and_in_order()
    {
        var sum = new SeriesAggregation(Aggregation.Sum, []);
        sum.Add(Series("one", "app"), Result(1) with { Resets = [Dropped(60), Dropped(120)] });
        sum.Add(Series("two", "app"), Result(1) with { Resets = [Dropped(30), Dropped(60)] });

        Assert.Equal([Dropped(30), Dropped(60), Dropped(120)], Assert.Single(sum.Groups()).Result.Resets);
    }

    [Fact]
    public void Points_at_other_steps_are_refused()
    {
        var sum = new SeriesAggregation(Aggregation.Sum, []);
        sum.Add(Series("one", "app"), Result(1, 2));

        Assert.Throws<ArgumentException>(() => sum.Add(Series("two", "app"), Result(1)));
    }

    private static Reset Dropped(double second) => new(At.Second(second), ResetReason.ValueDrop);

    private static SeriesKey Series(string target, string datname) =>
        new(
            target, "database",
            LabelSet.Of(KeyValuePair.Create("datname", datname), KeyValuePair.Create("target", "a label of that name")));

    private static RangeResult Result(params double?[] values) =>
        new([.. values.Select((value, i) => new Sample(At.Second(i * 60), value))], []);
}
