using System.IO.Compression;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>The file that holds collections while the store is away.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CollectionSpoolTests : IDisposable
{
    private static readonly CollectionRun[] Collections = [
        .. Enumerable.Range(0, 10).Select(i => Collected("a", Noon.AddMinutes(i), Value("up", i)))];

    /// <summary>Collections of readings that hardly shrink: a few fill the smallest spool.</summary>
    private static readonly CollectionRun[] Large = [.. Enumerable.Range(0, 20).Select(i =>
        Collected(
            "a",
            Noon.AddMinutes(i),
            Snapshot("m", ["value"], [.. Enumerable.Range(0, 10_000).Select(r => Row($"{r}", Math.Sin((i * 10_000) + r)))])))];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Collections_come_back_in_order_after_a_restart()
    {
        using (var before = Spool())
        {
            Assert.Equal(10, before.Add(Collections));
        }

        using var spool = Spool();
        spool.Open();
        Assert.Equal(10, spool.Collections);
        var oldest = spool.Oldest(7);
        Assert.Equal(Collections[..3].Select(collection => collection.Id), oldest.Select(spooled => spooled.Collection!.Id));
        Assert.True(spool.Remove(oldest[^1].Place));
        Assert.Equal(Collections[3..].Select(collection => collection.Id), spool.Oldest(1_000).Select(spooled => spooled.Collection!.Id));
    }

    [Fact]
    public void A_collection_of_the_first_format_has_no_intervals()
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte(1);
        using (var writer = new BinaryWriter(new DeflateStream(buffer, CompressionLevel.Optimal, leaveOpen: true)))
        {
            writer.Write(Guid.CreateVersion7(Noon).ToByteArray());
            writer.Write("a");
            writer.Write((byte)0); // labels
            writer.Write((byte)0); // trigger
            writer.Write(Noon.Ticks);
            writer.Write(Noon.AddSeconds(1).Ticks);
            writer.Write((byte)0); // not unreachable, and an empty text
            writer.Write("");
            writer.Write((byte)2); // round trips
            writer.Write((byte)1); // snapshots
            writer.Write("a");
            writer.Write("up");
            writer.Write(Noon.Ticks);
            writer.Write(TimeSpan.FromMilliseconds(3).Ticks);
            writer.Write((byte)3); // failed
            writer.Write((byte)1);
            writer.Write("gone");
            writer.Write((byte)0);
            writer.Write("");
            writer.Write((byte)9); // left out
            writer.Write((byte)1); // fields
            writer.Write("value");
            writer.Write((byte)0); // rows
        }

        var read = CollectionBlob.Read(buffer.ToArray());
        var snapshot = Assert.Single(read.Snapshots);
        Assert.Equal(("a", Noon, 2), (read.Target, read.StartedAt, read.RoundTrips));
        Assert.Equal(("up", Noon, TimeSpan.FromMilliseconds(3)), (snapshot.Metric, snapshot.CollectedAt, snapshot.Duration));
        Assert.Equal((Outcome.Failed("gone"), 9, (TimeSpan?)null), (snapshot.Outcome, snapshot.RowsLeftOut, snapshot.Interval));
    }

    [Fact]
    public void A_collection_comes_back_as_it_was()
    {
        var row = new SnapshotRow(
            Labels(
                ("datname", "Зоо"),
                ("usename", "")), [1.5, null, double.NaN, -0.0], new Dictionary<string, string> { ["query"] = "SELECT 1" });
        var collection = Collected(
            "a",
            Noon,
            Snapshot("m", ["a", "b", "c", "d"], row),
            Without("io", Outcome.Failed("gone", "55P03")) with { Interval = TimeSpan.FromSeconds(7) }) with
        {
            TargetLabels = Labels(("env", "test")),
            Trigger = CollectionTrigger.Manual,
            Unreachable = "half",
        };

        var read = CollectionBlob.Read(CollectionBlob.Write(collection));
        Assert.Equal(collection, read with { Snapshots = collection.Snapshots });
        Assert.Equal(collection.Snapshots.Select(Plain), read.Snapshots.Select(Plain));
        Assert.Equal(collection.Snapshots.SelectMany(one => one.Fields), read.Snapshots.SelectMany(one => one.Fields));
        var back = Assert.Single(read.Snapshots[0].Rows);
        Assert.Equal((row.Labels, -0.0), (back.Labels, back.Readings[3]));
        Assert.Equal(row.Readings, back.Readings);
        Assert.Equal(row.Attributes, back.Attributes);

        static object Plain(Snapshot snapshot) =>
            (snapshot.Target, snapshot.Metric, snapshot.CollectedAt, snapshot.Duration, snapshot.Outcome, snapshot.RowsLeftOut);
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
        Assert.Equal(Large[..kept].Select(collection => collection.Id), oldest.Select(spooled => spooled.Collection!.Id));
        spool.Remove(oldest[^1].Place);
        Assert.Equal((0, null), (spool.Collections, spool.Reason));
        Assert.Equal(kept, spool.Add(Large[kept..].Take(kept).ToList()));
    }

    [Fact]
    public async Task What_neither_the_spool_nor_the_memory_can_hold_is_dropped_and_counted()
    {
        using var spool = Spool(1 << 20);
        var (queue, status) = (new DeliveryQueue(capacity: 25_000), new StoreStatus(TimeProvider.System));
        var writer = new QueueingWriter(queue, new LatestSnapshots(), status, [], NullLogger<QueueingWriter>.Instance);
        var spooler = new Spooler(queue, spool, status);
        for (var i = 0; i < Large.Length; i++)
        {
            await writer.WriteAsync([Large[i]], TestContext.Current.CancellationToken);
            spooler.Move(TimeSpan.Zero);
        }

        var report = status.Read();
        Assert.Equal(2, report.QueuedCollections);
        Assert.Equal(Large.Length, report.SpooledCollections + report.QueuedCollections + report.DroppedCollections);
        Assert.NotNull(report.SpoolReason);
        Assert.Equal(
            Large[..report.SpooledCollections].Select(collection => collection.Id),
            spool.Oldest(long.MaxValue).Select(spooled => spooled.Collection!.Id));
        Assert.Equal(Large[^2..], queue.Take(long.MaxValue));
    }

    [Fact]
    public void A_broken_file_is_set_aside()
    {
        File.WriteAllText(_directory.File("spool.db"), new string('x', 10_000));
        using var spool = Spool();
        spool.Open();
        Assert.Equal(2, spool.Add(Collections[..2]));
        Assert.Equal(2, spool.Collections);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_directory.File("spool.db"))!, "spool.db.broken-*"));
    }

    [Fact]
    public void A_collection_that_cannot_be_read_costs_no_other()
    {
        using (var before = Spool())
        {
            before.Add(Collections[..3]);
        }

        using (var connection = new SqliteFile(_directory.File("spool.db")).OpenWriter())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE spooled SET pass = x'01ffff' WHERE place = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        using var spool = Spool();
        spool.Open();
        Assert.Equal([Collections[0].Id, null, Collections[2].Id], spool.Oldest(1_000).Select(spooled => spooled.Collection?.Id));
    }

    [Fact]
    public void A_spool_belongs_to_one_program()
    {
        using var first = Spool();
        first.Add(Collections[..1]);
        using var second = Spool();
        Assert.Equal(0, second.Add(Collections[1..2]));
        Assert.Contains("locked", second.Reason, StringComparison.Ordinal);
    }

    private CollectionSpool Spool(long maxBytes = 1L << 30) => new(
        Options.Create(new StorageOptions { Spool = new SpoolOptions { Path = _directory.File("spool.db"), MaxBytes = maxBytes } }),
        TimeProvider.System,
        NullLogger<CollectionSpool>.Instance);
}
