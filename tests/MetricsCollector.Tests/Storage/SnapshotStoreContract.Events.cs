using System.Text.Json;
using MetricsCollector.Query.Events;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

// What happened, found in what is stored.
public abstract partial class SnapshotStoreContract
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_text_that_comes_and_goes_in_one_window_is_each_change()
    {
        string[] values = ["a", "a", "b", "a", "a", "c", "c"];
        await WriteAsync([.. values.Select((value, i) => Collected("a", Noon.AddMinutes(10 * i), Texts(("one", value), ("same", "x"))))]);
        await WriteAsync(
            Collected("a", Noon.AddMinutes(70), Without("setting_texts", Outcome.Failed("it was away"))),
            Collected("a", Noon.AddMinutes(80), Texts(("same", "x"))),
            Collected("a", Noon.AddMinutes(90), Texts(("one", "d"), ("same", "x"))),
            Collected("b", Noon.AddMinutes(90), Texts(("one", "e"))));

        Assert.Equal(
            ["10-20 one a>b", "20-30 one b>a", "40-50 one a>c", "60-90 one c>d"], await EventsAsync(Noon, Noon.AddDays(1), "a"));
        // What was before a range counts, however it begins.
        Assert.Equal(["60-90 one c>d"], await EventsAsync(Noon.AddMinutes(61), Noon.AddDays(1), "a"));
        Assert.Equal(["20-30 one b>a"], await EventsAsync(Noon.AddMinutes(30), Noon.AddMinutes(30), null));

        static Snapshot Texts(params (string Name, string Value)[] settings) => Snapshot(
            "setting_texts",
            ["in_force"],
            [.. settings.Select(one => new SnapshotRow(Labels(("name", one.Name), ("value", one.Value)), [1]))]);
    }

    [Fact]
    public async Task A_number_has_its_unit_and_one_that_was_not_shown_says_nothing()
    {
        double?[] values = [4096, 4096, null, 8192, 8192];
        await WriteAsync([.. values.Select((value, i) => Collected("a", Noon.AddMinutes(10 * i), Number(value)))]);
        Assert.Equal(["10-30 work_mem 4kB>8kB"], await EventsAsync(Noon, Noon.AddDays(1), "a"));

        static Snapshot Number(double? value) => Snapshot(
            "settings",
            ["value"],
            new SnapshotRow(Labels(("name", "work_mem")), [value], new Dictionary<string, string> { ["unit"] = "bytes" }));
    }

    [Fact]
    public async Task An_extension_that_is_missing_from_a_collection_was_dropped()
    {
        (string, string)[][] installed =
            [[("x", "1"), ("y", "1")], [("x", "1")], [("x", "1"), ("y", "1")], [("x", "2"), ("y", "1")], [("x", "2"), ("y", "1")]];
        await WriteAsync([.. installed.Select((some, i) => Collected("a", Noon.AddMinutes(10 * i), Extensions("app", some)))]);
        // Another database knows nothing of what the first had.
        await WriteAsync(Collected("a", Noon.AddMinutes(50), Extensions("other", [("z", "1")])));
        Assert.Equal(
            ["0-10 y 1>", "10-20 y >1", "20-30 x 1>2"], await EventsAsync(Noon, Noon.AddDays(1), "a"));

        static Snapshot Extensions(string database, (string Name, string Version)[] some) => Snapshot(
            "extensions",
            ["installed"],
            [.. some.Select(one => new SnapshotRow(
                Labels(("datname", database), ("extname", one.Name), ("version", one.Version)), [1]))]);
    }

    [Fact]
    public async Task A_metric_is_lost_once_and_not_by_an_outage_or_a_role()
    {
        var denied = Without("m", Outcome.Skipped("permission denied", "42501"));
        var standby = Without("m", Outcome.Skipped("for primaries; this server is a standby"));
        var away = Without("m", Outcome.Failed("away"));
        (Snapshot Metric, string? Unreachable)[] history =
        [
            (Value("m", 1), null), (standby, null), (Value("m", 1), null), (away, "away"), (Value("m", 1), null), (denied, null),
            (away, "away"), (standby, null), (denied, null), (Value("m", 1), null),
        ];
        await WriteAsync([.. history.Select((one, i) => Collected(
            "a", Noon.AddDays(i), Up(one.Unreachable is null ? 1 : 0), one.Metric) with { Unreachable = one.Unreachable })]);

        Assert.Equal(
            ["targetDown >away", "targetUp away>", "metricLost m >permission denied", "targetDown >away", "targetUp away>",
                "metricBack m permission denied>"],
            await KindsAsync(Noon, Noon.AddDays(20)));
        // A range that begins between the two collections looks back as far as it has to.
        Assert.Equal(["metricLost m >permission denied"], await KindsAsync(Noon.AddDays(4.5), Noon.AddDays(5.5)));

        async Task<IEnumerable<string>> KindsAsync(DateTimeOffset from, DateTimeOffset to) =>
            (await FindEventsAsync(from, to, "a")).Where(one => one.Kind != EventKind.Gap)
                .Select(one => $"{JsonNamingPolicy.CamelCase.ConvertName($"{one.Kind}")} {one.Subject} {one.Old}>{one.New}"
                    .Replace("  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gap_is_found_inside_a_window_and_between_windows()
    {
        var instants = Enumerable.Range(0, 200).Where(i => i is < 40 or > 60 and not (100 or 101 or 102)).ToList();
        // Three that are missing are four intervals, which is the shortest gap.
        await WriteAsync([.. instants.Select(i => Collected("a", Noon.AddSeconds(15 * i), Up(1) with { Interval = Quarter }))]);
        await WriteAsync([.. Enumerable.Range(0, 3).Select(i => Collected(
            "a", Noon.AddDays(2).AddSeconds(15 * i), Up(1) with { Interval = Quarter }))]);

        var gaps = await FindEventsAsync(Noon, Noon.AddDays(3), "a");
        Assert.All(gaps, gap => Assert.Equal(EventKind.Gap, gap.Kind));
        Assert.Equal(
            [
                (Noon.AddSeconds(39 * 15), Noon.AddSeconds(61 * 15)),
                (Noon.AddSeconds(99 * 15), Noon.AddSeconds(103 * 15)),
                (Noon.AddSeconds(199 * 15), Noon.AddDays(2)),
            ],
            gaps.Select(gap => (gap.After, gap.At)));
        Assert.Equal("Nothing was collected for 5m30s.", gaps[0].Message);
        Assert.Single(await FindEventsAsync(Noon.AddDays(1), Noon.AddDays(3), "a"));
    }

    private static Snapshot Up(double up) => Snapshot("up", ["up"], new SnapshotRow(LabelSet.Empty, [up]));

    private async Task<IReadOnlyList<TargetEvent>> FindEventsAsync(DateTimeOffset from, DateTimeOffset to, string? target) =>
        await new EventQuery(target, [], from, to, Descending: false, null)
            .AnswerAsync(Reader, new ServerHistory(Reader, new LatestSnapshots()), Quarter, Cancellation);

    private async Task<IEnumerable<string>> EventsAsync(DateTimeOffset from, DateTimeOffset to, string? target) =>
        (await FindEventsAsync(from, to, target))
            .Where(one => one.Subject is not null)
            .Where(one => one.Kind is EventKind.SettingChanged or EventKind.ExtensionChanged)
            .Select(one => FormattableString.Invariant(
                $"{(one.After - Noon).TotalMinutes}-{(one.At - Noon).TotalMinutes} {one.Subject} {one.Old}>{one.New}"));
}
