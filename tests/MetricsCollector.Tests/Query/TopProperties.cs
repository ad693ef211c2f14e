using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Query.Top;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Tests.Storage;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Query;

/// <summary>
/// Rankings are what their plain definition says of the rows that were written: over series with resets, gaps and NULLs that come and go,
/// for every order and grouping, from every store and from every layout it keeps history in.
/// </summary>
public abstract class TopProperties
{
    private const string Metric = "statements";

    private static readonly Field[] Fields =
    [
        new("calls", FieldKind.Counter, "calls", "Calls."),
        new("time", FieldKind.Counter, "milliseconds", "Time."),
        new("size", FieldKind.Gauge, "bytes", "Size."),
    ];

    private static readonly string[]?[] Groupings =
        [null, ["datname"], ["usename"], ["target"], ["target", "usename"], ["datname", "usename"]];

    private static readonly (int Field, TopMeasure Measure)[] Orders =
    [
        (0, TopMeasure.Increase), (1, TopMeasure.Increase), (0, TopMeasure.Rate), (1, TopMeasure.Rate), (1, TopMeasure.PerCall),
        (2, TopMeasure.Last),
    ];

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store.</summary>
    private protected abstract Task<IContractStore> CreateAsync();

    /// <summary>Other layouts of what is stored, one after the other.</summary>
    private protected virtual IReadOnlyList<Func<IContractStore, Task>> Layouts => [];

    [Fact]
    public async Task Every_ranking_agrees_with_its_plain_definition()
    {
        await using var store = await CreateAsync();
        var random = new Random(17);
        CollectionRun[] written = [.. Histories(random)];
        foreach (var batch in written.Chunk(500))
        {
            await store.NewWriter().WriteAsync(batch, Cancellation);
        }

        var series = written.SelectMany(collection => collection.Snapshots)
            .SelectMany(snapshot => snapshot.Rows, (snapshot, row) => (Key: new SeriesKey(snapshot.Target, Metric, row.Labels),
                snapshot.CollectedAt, row.Readings))
            .ToLookup(row => row.Key, row => (row.CollectedAt, row.Readings));
        foreach (var (number, layout) in Layouts.Prepend(_ => Task.CompletedTask).Index())
        {
            await layout(store);
            foreach (var (place, by) in Groupings.Index())
            {
                // Every pair once; of the other layouts, every grouping and every order.
                foreach (var (field, measure) in number == 0 ? Orders : [Orders[(place + number) % Orders.Length]])
                {
                    await AgreesAsync(store.Reader, Question(random, by, Fields[field], measure), series);
                }
            }
        }
    }

    private static TopQuery Question(Random random, string[]? by, Field order, TopMeasure measure)
    {
        var from = Noon.AddHours(8).AddSeconds(random.Next(-600, 12_000));
        var to = from.AddSeconds(random.Next(1, 20_000));
        var step = TimeSpan.FromDays(366 * 9000);
        FieldRange[] ranges = [.. Fields.Select(field => new FieldRange(field, new RangeRequest(
            from, to, step, field.Kind == FieldKind.Counter ? RangeFunction.Delta : RangeFunction.Last, field.Kind, Minute)))];
        var filter = new SeriesFilter(random.Next(4) == 0 ? "t1" : null, Metric);
        return new TopQuery(
            new RangeQuery(filter, LabelGlobs.None, ranges, null, []), by, Fields, order, measure, random.Next(1, 15),
            random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(1, 12_000)) : null);
    }

    /// <summary>Some hours around a midnight of two targets, whose statements come, go, and start over.</summary>
    private static IEnumerable<CollectionRun> Histories(Random random)
    {
        var counters = new Dictionary<(string, int), (double Calls, double Time)>();
        var busy = Enumerable.Range(0, 12).Select(_ => random.Next(1, 400)).ToArray();
        var here = Enumerable.Range(0, 24).Select(_ => random.Next(3) > 0).ToArray();
        var at = Noon.AddHours(8);
        for (var i = 0; i < 300; i++)
        {
            at = at.AddMilliseconds(random.Next(25) == 0 ? random.Next(200_000, 900_000) : random.Next(59_900, 60_100));
            foreach (var target in (string[])["t0", "t1"])
            {
                var rows = new List<SnapshotRow>();
                for (var one = 0; one < 12; one++)
                {
                    var place = (target == "t1" ? 12 : 0) + one;
                    here[place] ^= random.Next(40) == 0;
                    var (calls, time) = random.Next(60) == 0 ? default : counters.GetValueOrDefault((target, one));

                    // Eighths add up exactly in any order.
                    calls += random.Next(3) == 0 ? 0 : random.Next(busy[one]);
                    time += random.Next(busy[one] * 8) / 8.0;
                    counters[(target, one)] = (calls, time);
                    if (here[place])
                    {
                        double? Maybe(double value) => random.Next(30) == 0 ? null : value;
                        rows.Add(new SnapshotRow(
                            Labels(("datname", $"d{one % 4}"), ("usename", $"u{one / 4}")),
                            [Maybe(calls), Maybe(time), Maybe(random.Next(100))]));
                    }
                }

                yield return Collected(target, at, Snapshot(Metric, [.. Fields.Select(field => field.Name)], [.. rows]));
            }
        }
    }

    private static async Task AgreesAsync(
        ISnapshotReader reader, TopQuery question, ILookup<SeriesKey, (DateTimeOffset At, double?[] Readings)> series)
    {
        var answer = await question.AnswerAsync(reader, new ServerHistory(reader, new LatestSnapshots()), Cancellation);
        var told = $"{question.Order.Name}:{question.Measure} by {string.Join(',', question.By ?? [])}, {question.Range}, "
            + $"limit {question.Limit}, back {question.Compare}";
        var now = Plain(question, series, question.Range);
        var before = question.Previous is { } previous ? Plain(question, series, previous) : [];
        var ranked = now.Where(group => group.Value.Values[0] is not (null or 0)
                || group.Value.Values[1] is not (null or 0) || group.Value.Values[2] is not null)
            .OrderBy(group => Amount(group.Value) is null).ThenByDescending(group => Amount(group.Value))
            .ThenBy(group => group.Key.Target, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Labels.ToJson(), StringComparer.Ordinal).ToList();
        Assert.Equal(ranked.Take(question.Limit).Select(group => group.Key), answer.Rows.Select(row => (row.Target, row.Labels)));
        Assert.Equal(
            (Math.Max(0, ranked.Count - question.Limit), ranked.Count), (answer.Remainder.Groups, answer.Whole.Groups));
        for (var i = 0; i < answer.Rows.Count; i++)
        {
            var (key, sums) = ranked[i];
            Assert.Equal(sums.Resets.Distinct().Order().Take(20), answer.Rows[i].Resets.Select(reset => reset.At).Distinct());
            Assert.All(Fields.Index(), field => Same(told, answer.Rows[i].Fields[field.Index], sums, before.GetValueOrDefault(key)));
        }

        AddsUp(told, answer, now.Values, before.Values);

        double? Amount(PlainSums sums) => question.Measure switch
        {
            TopMeasure.Rate => sums.Rates[Array.IndexOf(Fields, question.Order)],
            TopMeasure.PerCall => sums.Values[0] is { } calls and not 0 ? sums.Values[Array.IndexOf(Fields, question.Order)] / calls : null,
            _ => sums.Values[Array.IndexOf(Fields, question.Order)],
        };
    }

    private static void Same(string told, TopField got, PlainSums now, PlainSums? before)
    {
        var place = Array.IndexOf(Fields, got.Field);
        Close(got.Now, now);
        if (before?.Values[place] is not null)
        {
            Close(got.Previous!, before);
        }
        else
        {
            Assert.Null(got.Previous);
        }

        void Close(TopAmounts amounts, PlainSums sums)
        {
            var gauge = got.Field.Kind == FieldKind.Gauge;
            var perCall = !gauge && sums.Values[0] is { } calls and not 0 ? sums.Values[place] / calls : null;
            var expected = gauge
                ? new TopAmounts(null, null, null, sums.Values[place])
                : new TopAmounts(sums.Values[place], sums.Rates[place], perCall, null);
            Assert.True(
                Near(expected.Increase, amounts.Increase) && Near(expected.PerSecond, amounts.PerSecond)
                    && Near(expected.PerCall, amounts.PerCall) && Near(expected.Last, amounts.Last),
                $"{told}, {got.Field.Name}: {expected} and not {amounts}");
        }
    }

    private static void AddsUp(string told, TopResult answer, IReadOnlyCollection<PlainSums> now, IReadOnlyCollection<PlainSums> before)
    {
        foreach (var (place, field) in Fields.Index())
        {
            var parts = answer.Rows.Append(answer.Remainder).Select(row => row.Fields[place]).ToList();
            var whole = answer.Whole.Fields[place];
            double? Value(TopAmounts? amounts) => amounts?.Increase ?? amounts?.Last;
            Assert.Equal(Value(whole.Now), parts.Aggregate(0.0, (sum, part) => sum + (Value(part.Now) ?? 0)));
            Assert.Equal(whole.Now.PerSecond ?? 0, parts.Aggregate(0.0, (sum, part) => sum + (part.Now.PerSecond ?? 0)));
            Assert.Equal(Value(whole.Previous) ?? 0, parts.Aggregate(0.0, (sum, part) => sum + (Value(part.Previous) ?? 0)));
            Assert.True(Near(now.Sum(sums => sums.Values[place]), Value(whole.Now)), $"{told}, whole of {field.Name}");
            Assert.True(Near(before.Sum(sums => sums.Values[place]), Value(whole.Previous) ?? 0), $"{told}, whole of {field.Name} before");
            Assert.True(whole.Share is null || Near(1, parts.Sum(part => part.Share)), $"{told}, shares of {field.Name}");
        }
    }

    private static bool Near(double? one, double? other) =>
        one is { } value && other is { } second ? Math.Abs(value - second) <= 1e-9 * Math.Max(1, Math.Abs(value)) : one == other;

    private static Dictionary<(string? Target, LabelSet Labels), PlainSums> Plain(
        TopQuery question, ILookup<SeriesKey, (DateTimeOffset At, double?[] Readings)> series,
        (DateTimeOffset From, DateTimeOffset To) range)
    {
        var groups = new Dictionary<(string? Target, LabelSet Labels), PlainSums>();
        foreach (var one in series.Where(one => question.Question.Filter.Matches(one.Key)))
        {
            var by = question.By;
            var key = by is null ? (one.Key.Target, one.Key.Labels) : (by.Contains("target") ? one.Key.Target : null,
                LabelSet.Of(one.Key.Labels.Items.Where(label => by.Contains(label.Key))));
            var before = one.Where(row => row.At < range.From && row.At >= range.From - (Minute * 3)).TakeLast(1);
            var inside = one.Where(row => row.At >= range.From && row.At <= range.To).ToList();
            if (inside.Count == 0)
            {
                continue;
            }

            var sums = groups.TryGetValue(key, out var known) ? known : groups[key] = new PlainSums();
            foreach (var (place, field) in question.Question.Fields.Index())
            {
                var counts = field.Field.Kind == FieldKind.Counter;
                var request = field.Range with { From = range.From, To = range.To };
                Sample[] samples = [.. (counts ? before : []).Concat(inside).Select(row => new Sample(row.At, row.Readings[place]))];
                sums.Add(
                    place,
                    PlainReference.Points(request, samples).Single().Value,
                    counts ? PlainReference.Points(request with { Function = RangeFunction.Rate }, samples).Single().Value : null);
                sums.Resets.AddRange(counts ? PlainReference.Resets(request, samples) : []);
            }
        }

        return groups;
    }

    private sealed class PlainSums
    {
        public double?[] Values { get; } = new double?[Fields.Length];

        public double?[] Rates { get; } = new double?[Fields.Length];

        public List<DateTimeOffset> Resets { get; } = [];

        public void Add(int place, double? value, double? rate)
        {
            Values[place] = value is null ? Values[place] : (Values[place] ?? 0) + value;
            Rates[place] = rate is null ? Rates[place] : (Rates[place] ?? 0) + rate;
        }
    }
}
