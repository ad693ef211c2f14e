using MetricsCollector.Snapshots;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>
/// One day of one target: 340 series of 20 fields, read each minute with a few milliseconds of jitter. Of the fields 45 % never change,
/// 20 % are counters that move now and then, 20 % busy counters, 8 % integer gauges, 7 % milliseconds counted in microseconds.
/// </summary>
internal static class StoreDataSet
{
    public const string Target = "bench";
    public const int Metrics = 20;
    public const int RowsOfAMetric = 17;
    public const int Fields = 20;
    public const int Snapshots = 1440;
    public const long Rows = (long)Snapshots * Metrics * RowsOfAMetric;
    public const long Samples = Rows * Fields;

    /// <summary>Midnight of a day that is long over.</summary>
    public static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names = [.. Enumerable.Range(0, Fields).Select(field => $"field_{field}")];

    /// <summary>Name of a metric.</summary>
    public static string Metric(int metric) => $"metric_{metric}";

    /// <summary>Names of the fields of every metric.</summary>
    public static IReadOnlyList<string> FieldNames => Names;

    /// <summary>Makes the collections; the same ones every time.</summary>
    public static List<CollectionRun> Make() => [.. Make(Metrics, Snapshots, TimeSpan.FromMinutes(1))];

    /// <summary>Makes collections of fewer metrics, or more often; the same ones every time.</summary>
    /// <param name="metrics">How many metrics.</param>
    /// <param name="snapshots">How many collections.</param>
    /// <param name="interval">From one to the next.</param>
    public static IEnumerable<CollectionRun> Make(int metrics, int snapshots, TimeSpan interval)
    {
#pragma warning disable CA5394 // Chance that repeats is what is wanted here.
        var random = new Random(6);
        var fields = Enumerable.Range(0, metrics * RowsOfAMetric * Fields).Select(place => Generator(place % 100, random)).ToArray();
        random.Shuffle(fields);
        LabelSet[] labels = [
            .. Enumerable.Range(0, RowsOfAMetric).Select(row => LabelSet.Of([KeyValuePair.Create("relname", $"table_{row}")]))];
        return Enumerable.Range(0, snapshots).Select(i => Collected(
            Start + (i * interval) + TimeSpan.FromMilliseconds(20 + random.Next(6)), metrics, fields, labels));
    }

    private static Func<double> Generator(int percent, Random random)
    {
        var integer = random.NextInt64(1_000_000_000);
        var rate = Math.Pow(10, 1 + (random.NextDouble() * 4));
        return percent switch
        {
            < 45 => () => integer,
            < 65 => () => integer += random.Next(10) == 0 ? random.Next(1, 6) : 0,
            < 85 => () => integer += (long)(rate * (0.5 + random.NextDouble())),
            < 93 => () => random.Next((int)Math.Sqrt(rate)),
            _ => () => (integer += (long)(rate * 10 * (0.5 + random.NextDouble()))) / 1_000.0,
        };
    }
#pragma warning restore CA5394

    private static CollectionRun Collected(DateTimeOffset at, int metrics, Func<double>[] fields, LabelSet[] labels) => new()
    {
        Id = Guid.CreateVersion7(at),
        Target = Target,
        Trigger = CollectionTrigger.Schedule,
        StartedAt = at,
        FinishedAt = at.AddMilliseconds(20),
        RoundTrips = 1,
        Snapshots = [.. Enumerable.Range(0, metrics).Select(metric => new Snapshot
        {
            Target = Target,
            Metric = Metric(metric),
            Fields = Names,
            CollectedAt = at,
            Duration = TimeSpan.FromMilliseconds(1),
            Outcome = Outcome.Ok,
            Rows = [.. Enumerable.Range(0, RowsOfAMetric).Select(row => new SnapshotRow(
                labels[row],
                [.. Enumerable.Range(((metric * RowsOfAMetric) + row) * Fields, Fields).Select(place => (double?)fields[place]())]))],
        })],
    };
}
