using FsCheck;
using FsCheck.Fluent;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class RangeEvaluatorProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(200);

    [Theory]
    [InlineData(RangeFunction.Avg)]
    [InlineData(RangeFunction.Min)]
    [InlineData(RangeFunction.Max)]
    [InlineData(RangeFunction.Last)]
    [InlineData(RangeFunction.Sum)]
    [InlineData(RangeFunction.Delta)]
    [InlineData(RangeFunction.Rate)]
    [InlineData(RangeFunction.P50)]
    [InlineData(RangeFunction.P95)]
    [InlineData(RangeFunction.P99)]
    public void Every_function_agrees_with_its_plain_definition(RangeFunction function) => Check.One(
        Thorough,
        Prop.ForAll(GeneratedSeries.Of(function), series =>
        {
            var result = RangeEvaluator.Evaluate(series.Request, series.Samples);
            var plain = PlainReference.Points(series.Request, series.Samples);
            Assert.Equal(plain.Select(point => point.At), result.Points.Select(point => point.At));
            for (var i = 0; i < plain.Length; i++)
            {
                AssertClose(plain[i].Value, result.Points[i].Value);
            }
        }));

    [Fact]
    public void Resets_are_where_a_counter_drops_and_nowhere_else() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedSeries.Of(RangeFunction.Rate, RangeFunction.Delta), series =>
            Assert.Equal(
                series.Request.Kind == FieldKind.Counter ? PlainReference.Resets(series.Request, series.Samples) : [],
                RangeEvaluator.Evaluate(series.Request, series.Samples).Resets.Select(reset => reset.At))));

    [Fact]
    public void The_increases_of_a_counter_are_never_negative() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedSeries.Of(RangeFunction.Rate, RangeFunction.Delta), series =>
        {
            var request = series.Request with { Kind = FieldKind.Counter };
            Assert.DoesNotContain(RangeEvaluator.Evaluate(request, series.Samples).Points, point => point.Value < 0);
        }));

    [Fact]
    public void Windows_that_move_agree_about_the_steps_that_both_hold_whole() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedSeries.Of(RangeFunction.Avg, RangeFunction.Sum, RangeFunction.P95, RangeFunction.Last), series =>
        {
            var request = series.Request;
            var later = request with { From = request.From + (request.Step * 1.5), To = request.To + (request.Step * 2.5) };
            var before = RangeEvaluator.Evaluate(request, series.Samples).Points
                .Where(Whole)
                .ToDictionary(point => point.At, point => point.Value);
            var after = RangeEvaluator.Evaluate(later, series.Samples).Points.Where(Whole).Where(point => before.ContainsKey(point.At));
            Assert.All(after, point => Assert.Equal(before[point.At], point.Value));

            bool Whole(Sample point) => point.At >= later.From && point.At + request.Step <= request.To;
        }));

    private static void AssertClose(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } value)
        {
            Assert.Equal(value, actual!.Value, Math.Max(1e-9, Math.Abs(value) * 1e-12));
        }
    }
}
