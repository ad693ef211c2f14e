using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace MetricsCollector.LocalPostgres.Templates;

/// <summary>
/// The number that tells one cluster from all others. initdb chooses it; a copy of a cluster needs another one, or it is the same cluster
/// to whoever compares. It stands at the beginning of pg_control and in the first page of each WAL file.
/// </summary>
internal static class SystemIdentifier
{
    private const int PageHeader = 24;
    private const int LongHeader = 2;
    private const int LargestControlData = 512;

    /// <summary>Gives a cluster that was shut down in order a new identifier.</summary>
    /// <exception cref="LocalPostgresException">Its files are not those of a cluster that PostgreSQL made on this machine.</exception>
    public static void Renew(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "global", "pg_control");
        var control = File.ReadAllBytes(file);
        var before = BinaryPrimitives.ReadUInt64LittleEndian(control);
        var length = LengthOfData(control) ?? throw new LocalPostgresException($"{file} has no checksum that fits.");
        var identifier = New();

        foreach (var segment in Directory.EnumerateFiles(Path.Combine(dataDirectory, "pg_wal")))
        {
            RenewIn(segment, before, identifier);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(control, identifier);
        BinaryPrimitives.WriteUInt32LittleEndian(control.AsSpan(length), Checksum(control.AsSpan(0, length)));
        File.WriteAllBytes(file, control);
    }

    // As initdb does: seconds first, so that it stays positive where it is shown with a sign.
    private static ulong New() =>
        ((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() << 32) | BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    private static void RenewIn(string segment, ulong before, ulong identifier)
    {
        using var file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> header = stackalloc byte[PageHeader + sizeof(ulong)];
        file.ReadExactly(header);
        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) & LongHeader) == 0
            || BinaryPrimitives.ReadUInt64LittleEndian(header[PageHeader..]) != before)
        {
            throw new LocalPostgresException($"{segment} is not a WAL file of the cluster.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header, identifier);
        file.Seek(PageHeader, SeekOrigin.Begin);
        file.Write(header[..sizeof(ulong)]);
    }

    // The data ends with its checksum; how long it is differs between major versions.
    private static int? LengthOfData(ReadOnlySpan<byte> control)
    {
        var checksum = ~0u;
        for (var i = 0; i < Math.Min(LargestControlData, control.Length - sizeof(uint)); i++)
        {
            if (i >= sizeof(ulong) && i % sizeof(uint) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(control[i..]) == ~checksum)
            {
                return i;
            }

            checksum = BitOperations.Crc32C(checksum, control[i]);
        }

        return null;
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var checksum = ~0u;
        foreach (var one in data)
        {
            checksum = BitOperations.Crc32C(checksum, one);
        }

        return ~checksum;
    }
}
