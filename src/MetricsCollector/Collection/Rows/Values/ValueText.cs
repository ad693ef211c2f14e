using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MetricsCollector.Targets.PostgreSql.Driver;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>
/// Values of PostgreSQL's types as text, from what the server sends. Read here and not by the driver, whose .NET types hold less than
/// PostgreSQL's: dates before Christ, 24:00, numbers of 40 decimals, texts that are not UTF-8.
/// </summary>
internal static class ValueText
{
    /// <summary>The text of a value; null when its type is not read: a list, a range, a row, or one that is not built in.</summary>
    /// <param name="type">The object identifier of its type.</param>
    /// <param name="value">What the server sent.</param>
    /// <param name="major">The server's major version: PostgreSQL 19 writes positions in the write-ahead log with all their digits.</param>
    public static string? Of(uint type, ReadOnlySpan<byte> value, int major) => type switch
    {
        _ when PgType.IsText(type) => ServerText.Read(value),
        PgType.Jsonb => ServerText.Read(value[1..]),
        PgType.Bool => value[0] != 0 ? "true" : "false",
        PgType.Int2 => Invariant(BinaryPrimitives.ReadInt16BigEndian(value)),
        PgType.Int4 => Invariant(BinaryPrimitives.ReadInt32BigEndian(value)),
        PgType.Int8 => Invariant(BinaryPrimitives.ReadInt64BigEndian(value)),
        PgType.Oid or PgType.Xid or PgType.Cid => Invariant(Word(value)),
        PgType.Xid8 => Invariant(BinaryPrimitives.ReadUInt64BigEndian(value)),
        PgType.Float4 => FloatText.Of(BinaryPrimitives.ReadSingleBigEndian(value)),
        PgType.Float8 => FloatText.Of(BinaryPrimitives.ReadDoubleBigEndian(value)),
        PgType.Numeric => NumericValue.ToText(value),
        PgType.Money => (BinaryPrimitives.ReadInt64BigEndian(value) / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        PgType.Bytea => $@"\x{Convert.ToHexStringLower(value)}",
        PgType.Bit or PgType.Varbit => Bits(value),
        PgType.Uuid => new Guid(value, bigEndian: true).ToString(),
        PgType.PgLsn => major < 19 ? $"{Word(value):X}/{Word(value[4..]):X}" : $"{Word(value):X}/{Word(value[4..]):X8}",
        PgType.Tid => FormattableString.Invariant($"({Word(value)},{BinaryPrimitives.ReadUInt16BigEndian(value[4..])})"),
        PgType.Inet => NetworkText.Address(value, network: false),
        PgType.Cidr => NetworkText.Address(value, network: true),
        PgType.Macaddr or PgType.Macaddr8 => NetworkText.Hardware(value),
        PgType.Date => TimeValues.DateText(value),
        PgType.Time => TimeValues.TimeText(value),
        PgType.Timetz => TimeValues.ZonedTimeText(value),
        PgType.Timestamp => TimeValues.TimestampText(value, instant: false),
        PgType.Timestamptz => TimeValues.TimestampText(value, instant: true),
        PgType.Interval => IntervalValue.Read(value).ToString(),
        _ => null,
    };

    private static uint Word(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt32BigEndian(value);

    private static string Invariant<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Bits(ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(value);
        var bits = new StringBuilder();
        for (var i = 0; i < length && i / 8 < value.Length - 4; i++)
        {
            bits.Append((value[4 + (i / 8)] >> (7 - (i % 8)) & 1) == 0 ? '0' : '1');
        }

        return bits.ToString();
    }
}
