using System.Buffers.Binary;

namespace MetricsCollector.Storage.Shared;

/// <summary>
/// The readings of one row in few bytes, exactly reversible: NULL, both zeros and every NaN come back bit for bit. First the count
/// of readings, seven bits a byte; then four bits for each reading that say how it is written; then the readings.
/// </summary>
/// <remarks>
/// 0 is NULL and 1 is zero, without a byte of their own. 2 to 8 are whole numbers of 1 to 7 bytes, 9 to 14 whole numbers of 2 to 7
/// bytes that are thousandths (PostgreSQL's milliseconds are microseconds / 1000), both little-endian with sign. 15 is the double
/// as it was, wherever these are not exact.
/// </remarks>
internal static class ReadingsBlob
{
    private const int Null = 0;
    private const int Zero = 1;
    private const int WholeBefore = 1;
    private const int ThousandthsBefore = 7;
    private const int AsItWas = 15;

    /// <summary>Up to here every whole number has a double of its own.</summary>
    private const double Exact = 1L << 53;

    /// <summary>Writes readings.</summary>
    public static byte[] Write(ReadOnlySpan<double?> readings)
    {
        var buffer = new byte[5 + ((readings.Length + 1) / 2) + (8 * readings.Length)];
        var codes = WriteCount(buffer, readings.Length);
        var end = codes + ((readings.Length + 1) / 2);
        for (var i = 0; i < readings.Length; i++)
        {
            var (code, bits) = Encode(readings[i]);
            buffer[codes + (i / 2)] |= (byte)(code << (4 * (i % 2)));
            var length = LengthOf(code);
            for (var b = 0; b < length; b++)
            {
                buffer[end++] = (byte)(bits >> (8 * b));
            }
        }

        return buffer[..end];
    }

    /// <summary>Reads all readings, in an array of a given length: what is missing at the end is null.</summary>
    public static double?[] Read(ReadOnlySpan<byte> blob, int fields)
    {
        var count = ReadCount(blob, out var codes);
        var readings = new double?[Math.Max(fields, count)];
        var at = codes + ((count + 1) / 2);
        for (var i = 0; i < count; i++)
        {
            readings[i] = Decode(blob, CodeOf(blob, codes, i), ref at);
        }

        return readings;
    }

    /// <summary>Reads the readings at some places, null where the row has none.</summary>
    public static void Read(ReadOnlySpan<byte> blob, ReadOnlySpan<int> places, Span<double?> readings)
    {
        var count = ReadCount(blob, out var codes);
        for (var p = 0; p < places.Length; p++)
        {
            var at = codes + ((count + 1) / 2);
            for (var i = 0; i < Math.Min(places[p], count); i++)
            {
                at += LengthOf(CodeOf(blob, codes, i));
            }

            readings[p] = places[p] < count ? Decode(blob, CodeOf(blob, codes, places[p]), ref at) : null;
        }
    }

    private static (int Code, long Bits) Encode(double? reading)
    {
        if (reading is not { } value)
        {
            return (Null, 0);
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        if (bits == 0)
        {
            return (Zero, 0);
        }

        if (Math.Abs(value) <= Exact && BitConverter.DoubleToInt64Bits((long)value) == bits)
        {
            return (WholeBefore + BytesOf((long)value), (long)value);
        }

        var thousands = Math.Round(value * 1000);
        return Math.Abs(thousands) <= Exact && BitConverter.DoubleToInt64Bits((long)thousands / 1000.0) == bits
            ? (ThousandthsBefore + Math.Max(2, BytesOf((long)thousands)), (long)thousands)
            : (AsItWas, bits);
    }

    private static double? Decode(ReadOnlySpan<byte> blob, int code, ref int at)
    {
        var length = LengthOf(code);
        var bytes = blob.Slice(at, length);
        at += length;
        return code switch
        {
            Null => null,
            Zero => 0,
            AsItWas => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            > WholeBefore + 7 => Whole(bytes) / 1000.0,
            _ => Whole(bytes),
        };
    }

    private static long Whole(ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        for (var b = 0; b < bytes.Length; b++)
        {
            value |= (long)bytes[b] << (8 * b);
        }

        // The sign of the last byte goes on to the left.
        var spare = 64 - (8 * bytes.Length);
        return value << spare >> spare;
    }

    private static int BytesOf(long value)
    {
        var bytes = 1;
        while (value << (64 - (8 * bytes)) >> (64 - (8 * bytes)) != value)
        {
            bytes++;
        }

        return bytes;
    }

    private static int LengthOf(int code) => code switch
    {
        Null or Zero => 0,
        AsItWas => 8,
        > WholeBefore + 7 => code - ThousandthsBefore,
        _ => code - WholeBefore,
    };

    private static int CodeOf(ReadOnlySpan<byte> blob, int codes, int i) => (blob[codes + (i / 2)] >> (4 * (i % 2))) & 15;

    private static int WriteCount(Span<byte> blob, int count)
    {
        var at = 0;
        for (; count > 127; count >>= 7)
        {
            blob[at++] = (byte)(count | 128);
        }

        blob[at++] = (byte)count;
        return at;
    }

    private static int ReadCount(ReadOnlySpan<byte> blob, out int at)
    {
        var count = 0;
        for (at = 0; blob[at] > 127; at++)
        {
            count |= (blob[at] & 127) << (7 * at);
        }

        return count | (blob[at] << (7 * at++));
    }
}
