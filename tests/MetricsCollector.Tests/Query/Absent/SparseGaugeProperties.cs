using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Tests.Storage;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Query.Absent;

/// <summary>
/// A gauge that counts what rows stand for is 0 where a row is missing from a whole snapshot, and unknown where the snapshot is not whole:
/// compared with a plain definition over the snapshots that were written, from every store and from every layout it keeps history in.
/// </summary>
public abstract class SparseGaugeProperties
{
    private static readonly RangeFunction[] Functions =
        [.. Enum.GetValues<RangeFunction>().Except(
            [RangeFunction.Raw, RangeFunction.Delta, RangeFunction.Rate, RangeFunction.Predict])];

    private static readonly Field Sessions = new("sessions", FieldKind.Gauge, "sessions", "Sessions.") { AbsentIsZero = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store.</summary>
    private protected abstract Task<IContractStore> CreateAsync();

    /// <summary>Called once everything is written.</summary>
    private protected virtual Task SettleAsync(IContractStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    [Fact]
    public async Task A_mean_of_few_sessions_is_small()
    {
        await using var store = await CreateAsync();
        int[] reports = [0, 0, 5, 0, 1, 0, 0, 0, 2, 0, 0, 3, 0, 0, 2, 0];
        await store.NewWriter().WriteAsync([.. reports.Select((count, i) => Collected(
            "db", Noon.AddSeconds(15 * i), Snapshot(
                "activity", ["sessions"], [.. Enumerable.Range(0, count).Select(one => Row($"wait {one}", 1))])))], Cancellation);
        await SettleAsync(store, Cancellation);

        async Task<double?> AskAsync(RangeFunction function) => Assert.Single(
            await AnswerAsync(
                store.Reader,
                Range(Noon, Noon.AddMinutes(4).AddTicks(-1), TimeSpan.FromMinutes(4), function),
                Aggregation.Sum,
                [])).Value.Single();

        Assert.Equal(13.0 / 16, await AskAsync(RangeFunction.Avg));
        Assert.Equal(5, await AskAsync(RangeFunction.Max));
        Assert.Equal(0, await AskAsync(RangeFunction.Min));
        Assert.Equal(0, await AskAsync(RangeFunction.Last));
        Assert.Equal(13, await AskAsync(RangeFunction.Sum));
        Assert.Equal(0, await AskAsync(RangeFunction.P50));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_aggregation_agrees_with_its_plain_definition(int seed)
    {
        await using var store = await CreateAsync();
        var random = new Random(seed);
        CollectionRun[] written = [.. Histories(random)];
        foreach (var batch in written.Chunk(500))
        {
            await store.NewWriter().WriteAsync(batch, Cancellation);
        }

        await SettleAsync(store, Cancellation);
        string[][] groupings = [[], ["datname"], ["target"], ["target", "state"]];
        foreach (var function in Functions)
        {
            foreach (Aggregation? aggregation in (Aggregation?[])[null, .. Enum.GetValues<Aggregation>().Cast<Aggregation?>()])
            {
                var groupBy = aggregation is null ? [] : groupings[random.Next(groupings.Length)];
                var from = Noon.AddSeconds(random.Next(-600, 7_000));
                var range = Range(
                    from, from.AddSeconds(random.Next(1, 40_000)), TimeSpan.FromSeconds(
                        random.Next(2) == 0 ? 600 : random.Next(30, 9_000)), function);
                var expected = Plain(written, range, aggregation, groupBy);
                var actual = await AnswerAsync(store.Reader, range, aggregation, groupBy);
                var question = $"{function} {aggregation} by {string.Join(',', groupBy)}, {range.From:T} to {range.To:T} step {range.Step}";
                Assert.True(expected.Keys.ToHashSet().SetEquals(actual.Keys), question);
                foreach (var (group, points) in expected)
                {
                    Assert.True(points.Zip(actual[group]).All(pair => Close(pair.First, pair.Second))
                        && points.Length == actual[group].Length,
                        $"{question}, {group}: {string.Join(' ', points)} and not {string.Join(' ', actual[group])}");
                }
            }
        }
    }

    private static bool Close(double? one, double? other) =>
        one is { } value && other is { } second ? Math.Abs(value - second) <= 1e-9 * Math.Max(1, Math.Abs(value)) : one == other;

    private static RangeRequest Range(DateTimeOffset from, DateTimeOffset to, TimeSpan step, RangeFunction function) =>
        new(from, to, step, function, FieldKind.Gauge, TimeSpan.FromSeconds(15));

    /// <summary>Half a day of two targets, whose collections are whole, failed, or not whole.</summary>
    private static IEnumerable<CollectionRun> Histories(Random random)
    {
        var at = Noon;
        for (var i = 0; i < 1_200; i++)
        {
            at = at.AddMilliseconds(random.Next(1, 60_000));
            var rows = Enumerable.Range(0, 6)
                .Where(_ => random.Next(4) == 0)
                .Select(row => new SnapshotRow(
                    Labels(("datname", $"d{row % 2}"), ("state", $"s{row / 2}")), [random.Next(20) == 0 ? null : random.Next(1, 9)]));
            var outcome = random.Next(12) switch
            {
                0 => Outcome.Failed("away"),
                1 => Outcome.Partial("a database was not visited"),
                _ => Outcome.Ok,
            };
            var whole = random.Next(15) > 0;
            yield return Collected($"t{random.Next(2)}", at, Snapshot(
                "activity", ["sessions"], outcome.Status == OutcomeStatus.Failed ? [] : [.. rows]) with
            {
                Outcome = outcome,
                RowsLeftOut = outcome == Outcome.Ok && !whole ? 3 : 0,
            });
        }
    }

    private static async Task<Dictionary<string, double?[]>> AnswerAsync(
        ISnapshotReader reader, RangeRequest range, Aggregation? aggregation, string[] groupBy)
    {
        var query = new RangeQuery(
            new SeriesFilter(null, "activity"), new LabelGlobs([]), [new FieldRange(Sessions, range)], aggregation, groupBy);
        var answers = new Dictionary<string, double?[]>(StringComparer.Ordinal);
        await foreach (var series in query.AnswerAsync(reader, new ServerHistory(reader, new LatestSnapshots()), Cancellation))
        {
            answers.Add($"{series.Target} {series.Labels}", [.. series.Points.Select(point => point.Value)]);
        }

        return answers;
    }

    // Written from the documentation of the API: what each series read at each collection, what is 0, and then what is computed first.
    private static Dictionary<string, double?[]> Plain(
        IReadOnlyList<CollectionRun> written, RangeRequest range, Aggregation? aggregation, string[] groupBy)
    {
        var snapshots = written.SelectMany(collection => collection.Snapshots)
            .Where(snapshot => snapshot.CollectedAt >= range.From && snapshot.CollectedAt <= range.To).ToList();
        var series = snapshots.SelectMany(snapshot => snapshot.Rows, (snapshot, row) => (snapshot.Target, row.Labels)).Distinct().ToList();
        var readings = series.ToDictionary(one => one, one => snapshots.Where(snapshot => snapshot.Target == one.Target)
            .Select(snapshot => (snapshot.CollectedAt, Value: snapshot.Rows.FirstOrDefault(row => row.Labels.Equals(one.Labels)) is { } row
                ? row.Readings[0]
                : snapshot.Outcome == Outcome.Ok && snapshot.RowsLeftOut == 0 ? 0 : (double?)null))
            .Where(reading => reading.Value is not null).Select(reading => (reading.CollectedAt, Value: reading.Value!.Value)).ToList());
        long Step(DateTimeOffset at) => (long)Math.Floor((at - DateTimeOffset.UnixEpoch) / range.Step);
        var steps = Enumerable.Range(0, (int)(Step(range.To) - Step(range.From)) + 1).Select(i => Step(range.From) + i).ToArray();
        double?[] Compute(IEnumerable<(DateTimeOffset At, double Value)> values) => [.. steps.Select(step =>
            values.Where(value => Step(value.At) == step).Select(value => value.Value).ToArray() is { Length: > 0 } inside
                ? Reduce(range.Function, inside)
                : (double?)null)];
        if (aggregation is not { } how)
        {
            return readings.ToDictionary(one => $"{one.Key.Target} {one.Key.Labels}", one => Compute(one.Value));
        }

        string GroupOf((string Target, LabelSet Labels) one) =>
            $"{(groupBy.Contains("target") ? one.Target : "")} {LabelSet.Of(one.Labels.Items.Where(label => groupBy.Contains(label.Key)))}";
        double?[] Together(IEnumerable<double?[]> many) => [.. steps.Select((_, i) =>
            many.Select(one => one[i]).OfType<double>().ToArray() is { Length: > 0 } values ? Join(how, values) : (double?)null)];
        var first = (how, range.Function) is (Aggregation.Sum or Aggregation.Avg, RangeFunction.Sum or RangeFunction.Avg)
            or (Aggregation.Min, RangeFunction.Min) or (Aggregation.Max, RangeFunction.Max);
        return readings.GroupBy(one => GroupOf(one.Key)).ToDictionary(group => group.Key, group => first
            ? Together([.. group.Select(one => Compute(one.Value))])
            : Together([.. group.GroupBy(one => one.Key.Target).Select(target => Compute(target.SelectMany(one => one.Value)
                .GroupBy(reading => reading.CollectedAt).OrderBy(instant => instant.Key)
                .Select(instant => (instant.Key, Join(how, [.. instant.Select(reading => reading.Value)])))))]));
    }

    private static double Join(Aggregation how, double[] values) => how switch
    {
        Aggregation.Sum => values.Sum(),
        Aggregation.Avg => values.Average(),
        Aggregation.Min => values.Min(),
        _ => values.Max(),
    };

    private static double Reduce(RangeFunction function, double[] values)
    {
        double Between(double share)
        {
            double[] sorted = [.. values.Order()];
            var place = share * (sorted.Length - 1);
            return sorted[(int)place] + ((place - (int)place) * (sorted[Math.Min(sorted.Length - 1, (int)place + 1)] - sorted[(int)place]));
        }

        return function switch
        {
            RangeFunction.Avg => values.Average(),
            RangeFunction.Min => values.Min(),
            RangeFunction.Max => values.Max(),
            RangeFunction.Sum => values.Sum(),
            RangeFunction.Last => values[^1],
            RangeFunction.P50 => Between(0.5),
            RangeFunction.P95 => Between(0.95),
            _ => Between(0.99),
        };
    }
}
