using MetricsCollector.Api.Http;
using MetricsCollector.Api.Reads;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Api.Reads;

[Trait("PostgreSQL", "any")]
public sealed class ReadTurnsTests
{
    private readonly FakeTimeProvider _time = new(TestCollections.Noon);
    private readonly LatestSnapshots _latest = new();
    private readonly ReadTurns _turns;
    private readonly ReadEstimate _estimate;

    public ReadTurnsTests()
    {
        string[] fields = [.. Enumerable.Range(0, 40).Select(field => $"f{field}")];
        var rows = Enumerable.Range(0, 200).Select(row => TestCollections.Row($"d{row}", new double?[fields.Length]));
        _latest.Update(TestCollections.Collected(
            "db1",
            TestCollections.Noon,
            TestCollections.Snapshot("statements", fields, [.. rows]),
            TestCollections.Snapshot("up", ["up"], TestCollections.Row("x", 1))));
        MetricFacts[] metrics = [Facts("statements", fields), Facts("up", ["up"])];
        var names = new CatalogNames(["db1"], metrics.ToDictionary(metric => metric.Name, StringComparer.Ordinal));
        _estimate = new ReadEstimate(_latest, new CatalogIndex(() => names), _time);
        _turns = new ReadTurns(_estimate, _time);
    }

    [Fact]
    public void Estimates_grow_with_what_is_asked_for()
    {
        Assert.InRange(Of(ReadKind.Latest, "?metric=up"), 1, ReadTurns.Small);
        Assert.InRange(Of(ReadKind.Snapshots, "?metric=up&from=-1h"), 1, ReadTurns.Small);

        // 1,000 snapshots of 200 rows of 40 readings of 16 bytes, at least.
        Assert.InRange(Of(ReadKind.Snapshots, "?metric=statements&limit=1000&from=-7d"), 128_000_000, long.MaxValue);
        Assert.InRange(Of(ReadKind.Snapshots, "?metric=statements&limit=1&from=-1h"), 128_000, 10_000_000);
        Assert.InRange(Of(ReadKind.Samples, "?metric=up&field=up&from=-1h"), 1, ReadTurns.Small);
        Assert.InRange(Of(ReadKind.Samples, "?metric=statements&field=f1&from=-7d"), ReadTurns.Small, long.MaxValue);
        Assert.True(Of(ReadKind.Samples, "?metric=statements&from=-7d") > Of(ReadKind.Samples, "?metric=statements&field=f1&from=-7d"));

        // A short range has few snapshots, whatever the limit.
        Assert.InRange(Of(ReadKind.Snapshots, "?metric=statements&limit=1000&from=-2m"), 1, 2_000_000);

        // Whatever is written wrong is refused later, and costs nothing here.
        string[] odd =
        [
            "?limit=x&from=never&metric=nothing&target=nobody&field=",
            "?limit=99999999999",
            "?from=-9999999d&metric=up",
            string.Empty,
        ];
        foreach (var query in odd)
        {
            Assert.All(Enum.GetValues<ReadKind>(), kind => Assert.InRange(Of(kind, query), 0, 1L << 40));
        }
    }

    [Fact]
    public async Task Large_reads_take_turns_small_ones_pass_and_who_waits_too_long_is_told_when_to_come_back()
    {
        var parallel = Math.Max(1, Environment.ProcessorCount - 1);
        var gate = new TaskCompletionSource();
        var (running, most) = (0, 0);
        var large = Enumerable.Range(0, 100)
            .Select(_ => ExecuteAsync(ReadKind.Snapshots, "?metric=statements&limit=1000&from=-7d", WaitAsync))
            .ToList();
        Assert.InRange(most, 1, parallel);
        Assert.Equal(100, large.Count(answer => !answer.IsCompleted));

        var small = await ExecuteAsync(ReadKind.Snapshots, "?metric=up&limit=1", () => Task.CompletedTask);
        var health = await ExecuteAsync(null, string.Empty, () => Task.CompletedTask);
        Assert.Equal((200, 200), (small.StatusCode, health.StatusCode));

        // Together they are more than the bound: those that let others run beside them keep their memory.
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(
            () => Task.FromResult(large.Count(answer => answer.IsCompleted) == 100 - most), "those that waited were answered");
        Assert.All(
            large.Where(answer => answer.IsCompleted),
            answer => Assert.Equal((503, "10"), (answer.Result.StatusCode, answer.Result.Headers.RetryAfter.ToString())));
        gate.SetResult();
        await Task.WhenAll(large);
        Assert.Equal(most, large.Count(answer => answer.Result.StatusCode == 200));

        async Task WaitAsync()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
        }
    }

    private static MetricFacts Facts(string name, string[] fields) =>
        new(
            name,
            [.. fields.Select(field => new Field(field, FieldKind.Gauge, "count", string.Empty))],
            ["datname"],
            new Duration(TimeSpan.FromMinutes(1)));

    private long Of(ReadKind kind, string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return _estimate.Of(kind, context.Request.Query);
    }

    private async Task<HttpResponse> ExecuteAsync(ReadKind? kind, string query, Func<Task> answer)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider(),
        };
        context.Request.QueryString = new QueryString(query);
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(kind is { } reads ? [new ReadsMuch(reads)] : []), null));
        await _turns.TakeAsync(context, _ => answer());
        return context.Response;
    }
}
