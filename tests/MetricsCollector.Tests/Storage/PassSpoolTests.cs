using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static MetricsCollector.Tests.Storage.TestPasses;

namespace MetricsCollector.Tests.Storage;

/// <summary>The file that holds passes while the store is away.</summary>
[Trait("PostgreSQL", "any")]
public sealed class PassSpoolTests : IDisposable
{
    private static readonly CollectionPass[] Passes = [.. Enumerable.Range(0, 10).Select(i => Pass("a", Noon.AddMinutes(i), Value("up", i)))];

    /// <summary>Passes of readings that hardly shrink: a few fill the smallest spool.</summary>
    private static readonly CollectionPass[] Large = [.. Enumerable.Range(0, 20).Select(i =>
        Pass("a", Noon.AddMinutes(i), Snapshot("m", ["value"], [.. Enumerable.Range(0, 10_000).Select(r => Row($"{r}", Math.Sin((i * 10_000) + r)))])))];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Passes_come_back_in_order_after_a_restart()
    {
        using (var before = Spool())
        {
            Assert.Equal(10, before.Add(Passes));
        }

        using var spool = Spool();
        spool.Open();
        Assert.Equal(10, spool.Passes);
        var oldest = spool.Oldest(7);
        Assert.Equal(Passes[..3].Select(pass => pass.Id), oldest.Select(spooled => spooled.Pass!.Id));
        Assert.True(spool.Remove(oldest[^1].Place));
        Assert.Equal(Passes[3..].Select(pass => pass.Id), spool.Oldest(1_000).Select(spooled => spooled.Pass!.Id));
    }

    [Fact]
    public void A_pass_comes_back_as_it_was()
    {
        var row = new SnapshotRow(
            Labels(("datname", "Зоо"), ("usename", "")), [1.5, null, double.NaN, -0.0], new Dictionary<string, string> { ["query"] = "SELECT 1" });
        var pass = Pass("a", Noon, Snapshot("m", ["a", "b", "c", "d"], row), Without("io", Outcome.Failed("gone", "55P03"))) with
        {
            TargetLabels = Labels(("env", "test")),
            Trigger = CollectionTrigger.Manual,
            Unreachable = "half",
        };

        var read = PassBlob.Read(PassBlob.Write(pass));
        Assert.Equal(pass, read with { Snapshots = pass.Snapshots });
        Assert.Equal(pass.Snapshots.Select(Plain), read.Snapshots.Select(Plain));
        Assert.Equal(pass.Snapshots.SelectMany(one => one.Fields), read.Snapshots.SelectMany(one => one.Fields));
        var back = Assert.Single(read.Snapshots[0].Rows);
        Assert.Equal((row.Labels, -0.0), (back.Labels, back.Readings[3]));
        Assert.Equal(row.Readings, back.Readings);
        Assert.Equal(row.Attributes, back.Attributes);

        static object Plain(Snapshot snapshot) => (snapshot.Target, snapshot.Metric, snapshot.CollectedAt, snapshot.Duration, snapshot.Outcome, snapshot.RowsLeftOut);
    }

    [Fact]
    public void A_full_spool_keeps_the_oldest_and_takes_more_when_there_is_room()
    {
        using var spool = Spool(1 << 20);
        var kept = spool.Add(Large);
        Assert.InRange(kept, 1, 19);
        Assert.Contains("full", spool.Reason, StringComparison.Ordinal);
        Assert.InRange(spool.Bytes, 1, 1 << 20);
        Assert.Equal(0, spool.Add(Large[kept..]));

        var oldest = spool.Oldest(long.MaxValue);
        Assert.Equal(Large[..kept].Select(pass => pass.Id), oldest.Select(spooled => spooled.Pass!.Id));
        spool.Remove(oldest[^1].Place);
        Assert.Equal((0, null), (spool.Passes, spool.Reason));
        Assert.Equal(kept, spool.Add(Large[kept..].Take(kept).ToList()));
    }

    [Fact]
    public async Task What_neither_the_spool_nor_the_memory_can_hold_is_dropped_and_counted()
    {
        using var spool = Spool(1 << 20);
        var (queue, status) = (new PassQueue(capacity: 25_000), new StoreStatus(TimeProvider.System));
        var writer = new BufferedSnapshotWriter(queue, new LatestSnapshots(), status, [], NullLogger<BufferedSnapshotWriter>.Instance);
        var spooler = new Spooler(queue, spool, status);
        for (var i = 0; i < Large.Length; i++)
        {
            await writer.WriteAsync([Large[i]], TestContext.Current.CancellationToken);
            spooler.Move(TimeSpan.Zero);
        }

        var report = status.Read();
        Assert.Equal(2, report.QueuedPasses);
        Assert.Equal(Large.Length, report.SpooledPasses + report.QueuedPasses + report.DroppedPasses);
        Assert.NotNull(report.SpoolReason);
        Assert.Equal(Large[..report.SpooledPasses].Select(pass => pass.Id), spool.Oldest(long.MaxValue).Select(spooled => spooled.Pass!.Id));
        Assert.Equal(Large[^2..], queue.Take(long.MaxValue));
    }

    [Fact]
    public void A_broken_file_is_set_aside()
    {
        File.WriteAllText(_directory.File("spool.db"), new string('x', 10_000));
        using var spool = Spool();
        spool.Open();
        Assert.Equal(2, spool.Add(Passes[..2]));
        Assert.Equal(2, spool.Passes);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_directory.File("spool.db"))!, "spool.db.broken-*"));
    }

    [Fact]
    public void A_pass_that_cannot_be_read_costs_no_other()
    {
        using (var before = Spool())
        {
            before.Add(Passes[..3]);
        }

        using (var connection = new SqliteFile(_directory.File("spool.db")).OpenWriter())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE spooled SET pass = x'01ffff' WHERE place = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        using var spool = Spool();
        spool.Open();
        Assert.Equal([Passes[0].Id, null, Passes[2].Id], spool.Oldest(1_000).Select(spooled => spooled.Pass?.Id));
    }

    [Fact]
    public void A_spool_belongs_to_one_program()
    {
        using var first = Spool();
        first.Add(Passes[..1]);
        using var second = Spool();
        Assert.Equal(0, second.Add(Passes[1..2]));
        Assert.Contains("locked", second.Reason, StringComparison.Ordinal);
    }

    private PassSpool Spool(long maxBytes = 1L << 30) => new(
        Options.Create(new StorageOptions { Spool = new SpoolOptions { Path = _directory.File("spool.db"), MaxBytes = maxBytes } }),
        TimeProvider.System,
        NullLogger<PassSpool>.Instance);
}
