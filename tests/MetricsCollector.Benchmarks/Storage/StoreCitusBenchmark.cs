using System.Diagnostics;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>
/// The store spread over several machines by Citus against the same store in a database of the coordinator's server alone: the same
/// binaries, settings and disk.
/// </summary>
internal sealed class StoreCitusBenchmark : IBenchmark
{
    /// <summary>A batch of one collection has 340 rows.</summary>
    private const int SmallBatches = 60;

    private const int CollectionsOfALargeBatch = 15;

    private const int LargeBatches = 30;

    /// <summary>The rest of the day, which is only there to be packed and read.</summary>
    private const int CollectionsOfTheRest = 30;

    private const int Reads = 200;

    /// <summary>The first batches make the series, compile the code and open the connections of both.</summary>
    private const int WarmUp = 5;

    /// <inheritdoc />
    public string Name => "store-citus";

    /// <inheritdoc />
    public string Summary => $"Writing, packing and reading on Citus ({CitusDatabase.Variable} names a coordinator), against one node.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        if (CitusDatabase.Coordinator is not { } coordinator)
        {
            throw new InvalidOperationException(
                $"Set {CitusDatabase.Variable} to the connection string of a superuser of a Citus coordinator.");
        }

        var spread = await CitusDatabase.CreateAsync(coordinator, cancellationToken);
        await using var ours = await BenchmarkStore.OverAsync(spread, spread.ConnectionString, true, cancellationToken);
        var alone = await CitusDatabase.CreateAloneAsync(coordinator, cancellationToken);
        await using var reference = await BenchmarkStore.OverAsync(alone, alone.ConnectionString, false, cancellationToken);
        var collections = StoreDataSet.Make();
        foreach (var store in (BenchmarkStore[])[ours, reference])
        {
            await store.Partitions.EnsureAsync([.. collections.Select(collection => collection.StartedAt)], cancellationToken);
        }

        var small = collections.Take(SmallBatches).Chunk(1);
        var large = collections.Skip(SmallBatches).Take(LargeBatches * CollectionsOfALargeBatch).Chunk(CollectionsOfALargeBatch);
        var flushes = await WriteAsync("flush of 340 rows", ours, reference, small, cancellationToken);
        var largeFlushes = await WriteAsync("flush of 5,100 rows", ours, reference, large, cancellationToken);
        foreach (var batch in collections.Skip(SmallBatches + (LargeBatches * CollectionsOfALargeBatch)).Chunk(CollectionsOfTheRest))
        {
            await ours.Writer.WriteAsync(batch, cancellationToken);
            await reference.Writer.WriteAsync(batch, cancellationToken);
        }

        var raw = await ReadAsync("24 h of one field of one series, raw", ours, reference, cancellationToken);
        var packing = new Measurement(
            "packing a day", await PackAsync(ours, cancellationToken), await PackAsync(reference, cancellationToken), "s", "none");
        return [flushes, largeFlushes, raw, packing, await ReadAsync("the same, packed", ours, reference, cancellationToken)];
    }

    private static async Task<Measurement> ReadAsync(
        string what, BenchmarkStore ours, BenchmarkStore reference, CancellationToken cancellationToken)
    {
        await ours.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await reference.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round < Reads; round++)
        {
            first.Add(await ReadAsync(ours, round, cancellationToken));
            second.Add(await ReadAsync(reference, round, cancellationToken));
        }

        return new Measurement($"{what}, median", Median(first), Median(second), "ms", "none");
    }

    private static async Task<double> ReadAsync(BenchmarkStore store, int round, CancellationToken cancellationToken)
    {
        var (metric, row) = (round % StoreDataSet.Metrics, round / StoreDataSet.Metrics % StoreDataSet.RowsOfAMetric);
        var before = Stopwatch.GetTimestamp();
        await StoreReadBenchmark.ReadAsync(store, metric, row, StoreDataSet.FieldNames[round % StoreDataSet.Fields], cancellationToken);
        return Stopwatch.GetElapsedTime(before).TotalMilliseconds;
    }

    private static async Task<Measurement> WriteAsync(
        string what, BenchmarkStore ours, BenchmarkStore reference, IEnumerable<CollectionRun[]> batches,
        CancellationToken cancellationToken)
    {
        var (first, second) = (new List<double>(), new List<double>());
        foreach (var batch in batches)
        {
            first.Add(await WriteAsync(ours, batch, cancellationToken));
            second.Add(await WriteAsync(reference, batch, cancellationToken));
        }

        return new Measurement($"{what}, median", Median(first), Median(second), "ms", "ratio <= 3");
    }

    private static async Task<double> WriteAsync(BenchmarkStore store, CollectionRun[] batch, CancellationToken cancellationToken)
    {
        var before = Stopwatch.GetTimestamp();
        await store.Writer.WriteAsync(batch, cancellationToken);
        return Stopwatch.GetElapsedTime(before).TotalMilliseconds;
    }

    private static async Task<double> PackAsync(BenchmarkStore store, CancellationToken cancellationToken)
    {
        var before = Stopwatch.GetTimestamp();
        await store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
        return Stopwatch.GetElapsedTime(before).TotalSeconds;
    }

    private static double Median(List<double> times) => times.Skip(WarmUp).Order().ElementAt((times.Count - WarmUp) / 2);
}
