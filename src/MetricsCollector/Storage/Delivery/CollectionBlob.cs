using System.IO.Compression;
using System.Text;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Delivery;

/// <summary>A collection as bytes, exactly reversible: a version, then everything in order, deflated, since labels repeat.</summary>
internal static class CollectionBlob
{
    private const byte Version = 2;

    // Without intervals; a spool may hold some.
    private const byte FirstVersion = 1;

    private static readonly Dictionary<string, string> NoAttributes = [];

    /// <summary>Writes a collection.</summary>
    public static byte[] Write(CollectionRun collection)
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte(Version);
        using (var writer = new BinaryWriter(new DeflateStream(buffer, CompressionLevel.Fastest, leaveOpen: true), Encoding.UTF8))
        {
            writer.Write(collection.Id.ToByteArray());
            writer.Write(collection.Target);
            Write(writer, collection.TargetLabels.Items);
            writer.Write((byte)collection.Trigger);
            writer.Write(collection.StartedAt.UtcTicks);
            writer.Write(collection.FinishedAt.UtcTicks);
            WriteText(writer, collection.Unreachable);
            writer.Write7BitEncodedInt(collection.RoundTrips);
            writer.Write7BitEncodedInt(collection.Snapshots.Count);
            foreach (var snapshot in collection.Snapshots)
            {
                Write(writer, snapshot);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="Write(CollectionRun)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer program wrote them.</exception>
    public static CollectionRun Read(byte[] blob)
    {
        if (blob is not [Version or FirstVersion, ..])
        {
            throw new InvalidDataException("The collection was written by a newer program.");
        }

        try
        {
            using var reader = new BinaryReader(
                new DeflateStream(new MemoryStream(blob, 1, blob.Length - 1), CompressionMode.Decompress), Encoding.UTF8);
            return ReadCollection(reader, withIntervals: blob[0] == Version);
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or OverflowException
            or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The collection is damaged.", exception);
        }
    }

    private static void Write(BinaryWriter writer, Snapshot snapshot)
    {
        writer.Write(snapshot.Target);
        writer.Write(snapshot.Metric);
        writer.Write(snapshot.CollectedAt.UtcTicks);
        writer.Write(snapshot.Duration.Ticks);
        writer.Write(snapshot.Interval?.Ticks ?? 0);
        writer.Write((byte)snapshot.Outcome.Status);
        WriteText(writer, snapshot.Outcome.Reason);
        WriteText(writer, snapshot.Outcome.SqlState);
        writer.Write7BitEncodedInt(snapshot.RowsLeftOut);
        writer.Write7BitEncodedInt(snapshot.Fields.Count);
        foreach (var field in snapshot.Fields)
        {
            writer.Write(field);
        }

        writer.Write7BitEncodedInt(snapshot.Rows.Count);
        foreach (var row in snapshot.Rows)
        {
            var readings = ReadingsBlob.Write(row.Readings);
            Write(writer, row.Labels.Items);
            writer.Write7BitEncodedInt(readings.Length);
            writer.Write(readings);
            writer.Write(row.Attributes is not null);
            Write(writer, row.Attributes ?? NoAttributes);
        }
    }

    private static CollectionRun ReadCollection(BinaryReader reader, bool withIntervals) => new()
    {
        Id = new Guid(reader.ReadBytes(16)),
        Target = reader.ReadString(),
        TargetLabels = LabelSet.Of(ReadPairs(reader)),
        Trigger = (CollectionTrigger)reader.ReadByte(),
        StartedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        FinishedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        Unreachable = ReadText(reader),
        RoundTrips = reader.Read7BitEncodedInt(),
        Snapshots = [.. Many(reader, from => ReadSnapshot(from, withIntervals))],
    };

    private static Snapshot ReadSnapshot(BinaryReader reader, bool withInterval) => new()
    {
        Target = reader.ReadString(),
        Metric = reader.ReadString(),
        CollectedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        Duration = new TimeSpan(reader.ReadInt64()),
        Interval = withInterval && reader.ReadInt64() is > 0 and var ticks ? new TimeSpan(ticks) : null,
        Outcome = new Outcome((OutcomeStatus)reader.ReadByte(), ReadText(reader), ReadText(reader)),
        RowsLeftOut = reader.Read7BitEncodedInt(),
        Fields = [.. Many(reader, static from => from.ReadString())],
        Rows = [.. Many(reader, ReadRow)],
    };

    private static SnapshotRow ReadRow(BinaryReader reader)
    {
        var labels = LabelSet.Of(ReadPairs(reader));
        var readings = ReadingsBlob.Read(reader.ReadBytes(reader.Read7BitEncodedInt()), 0);
        var hasAttributes = reader.ReadBoolean();
        var attributes = ReadPairs(reader);
        return new SnapshotRow(labels, readings, hasAttributes ? new Dictionary<string, string>(attributes, StringComparer.Ordinal) : null);
    }

    private static void Write(BinaryWriter writer, IReadOnlyCollection<KeyValuePair<string, string>> pairs)
    {
        writer.Write7BitEncodedInt(pairs.Count);
        foreach (var (name, value) in pairs)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static List<KeyValuePair<string, string>> ReadPairs(BinaryReader reader) =>
        Many(reader, static from => KeyValuePair.Create(from.ReadString(), from.ReadString()));

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? string.Empty);
    }

    private static string? ReadText(BinaryReader reader)
    {
        var given = reader.ReadBoolean();
        var text = reader.ReadString();
        return given ? text : null;
    }

    private static List<T> Many<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var items = new List<T>();
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            items.Add(read(reader));
        }

        return items;
    }
}
