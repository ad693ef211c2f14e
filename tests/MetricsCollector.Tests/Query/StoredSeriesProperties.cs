using FsCheck.Fluent;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>
/// What a query computes from stored history is what its plain definition says of the samples that were written: over generated series
/// with gaps, resets, NULLs and irregular times, from every store and from every layout it keeps history in.
/// </summary>
public abstract class StoredSeriesProperties
{
    private const int Cases = 60;

    private static readonly RangeFunction[] Functions = [
        .. Enum.GetValues<RangeFunction>().Where(function => function is not (RangeFunction.Raw or RangeFunction.Predict))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store.</summary>
    private protected abstract Task<IContractStore> CreateAsync();

    /// <summary>Called once everything is written.</summary>
    private protected virtual Task SettleAsync(IContractStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    [Fact]
    public async Task Every_function_over_what_was_stored_agrees_with_its_plain_definition()
    {
        await using var store = await CreateAsync();
        var cases = GeneratedSeries.Of(Functions).Generator.Resize(120)
            .Sample(Cases)
            .Select((series, i) => (Target: $"target {i}", Series: series))
            .ToList();
        var collections = cases.SelectMany(
            one => one.Series.Samples.Select(
                sample => TestCollections.Collected(one.Target, sample.At, TestCollections.Value("sampled", sample.Value))));
        foreach (var batch in collections.OrderBy(collection => collection.StartedAt).Chunk(500))
        {
            await store.NewWriter().WriteAsync(batch, Cancellation);
        }

        await SettleAsync(store, Cancellation);
        foreach (var (target, series) in cases)
        {
            foreach (var function in Functions)
            {
                await AgreesAsync(store.Reader, target, series with { Request = series.Request with { Function = function } });
            }
        }
    }

    private static async Task AgreesAsync(ISnapshotReader reader, string target, GeneratedSeries series)
    {
        var request = series.Request;
        var increases = request.Function is RangeFunction.Rate or RangeFunction.Delta;
        var lookBack = increases ? request.Interval * GapRule.Intervals : TimeSpan.Zero;
        var read = new List<Sample>();
        await foreach (var samples in reader.ReadSamplesAsync(
            new SeriesFilter(target, "sampled"), ["value"], request.From, request.To, lookBack, Cancellation))
        {
            Assert.Equal(target, samples.Series.Target);
            read.AddRange(samples.Samples);
        }

        // Of what lies before the range, the last sample comes along if it is near enough to matter; where it is NULL, nothing is known
        // before the range.
        var before = increases
            ? series.Samples.Where(sample => sample.At < request.From && sample.At >= request.From - lookBack).TakeLast(1)
            : [];
        var inside = series.Samples.Where(sample => sample.At >= request.From && sample.At <= request.To);
        Sample[] expected = [.. before, .. inside];
        var plain = PlainReference.Points(request, expected);
        var points = RangeEvaluator.Evaluate(request, read).Points;
        Assert.Equal(plain.Select(point => point.At), points.Select(point => point.At));
        for (var i = 0; i < plain.Length; i++)
        {
            var (wanted, got) = (plain[i].Value, points[i].Value);
            var close = wanted is { } value
                && got is { } other ? Math.Abs(value - other) <= Math.Max(1e-9, Math.Abs(value) * 1e-12) : wanted == got;
            Assert.True(close, $"{wanted} and not {got} at {plain[i].At:O} of {series}");
        }
    }
}
