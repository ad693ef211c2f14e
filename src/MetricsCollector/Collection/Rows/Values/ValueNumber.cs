using System.Buffers.Binary;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>
/// Values of PostgreSQL's types as numbers: booleans are 0 and 1, instants Unix seconds, lengths of time seconds. A value beyond a
/// double's 53 bits of whole numbers is rounded to the nearest double.
/// </summary>
internal static class ValueNumber
{
    /// <summary>Whether a column of a type is taken for a number where the file does not say what it is.</summary>
    public static bool IsNumber(uint type) =>
        type is PgType.Int2 or PgType.Int4 or PgType.Int8 or PgType.Oid or PgType.Xid or PgType.Cid or PgType.Xid8
            or PgType.Float4 or PgType.Float8 or PgType.Numeric or PgType.Money or PgType.Bool;

    /// <summary>The number; null when the value is none, for which <see cref="Remedy"/> says what to do.</summary>
    public static double? Of(uint type, ReadOnlySpan<byte> value) => type switch
    {
        PgType.Int8 => BinaryPrimitives.ReadInt64BigEndian(value),
        PgType.Int4 => BinaryPrimitives.ReadInt32BigEndian(value),
        PgType.Int2 => BinaryPrimitives.ReadInt16BigEndian(value),
        PgType.Float8 => BinaryPrimitives.ReadDoubleBigEndian(value),
        PgType.Float4 => BinaryPrimitives.ReadSingleBigEndian(value),
        PgType.Numeric => NumericValue.ToDouble(value),
        PgType.Bool => value[0] != 0 ? 1 : 0,
        PgType.Oid or PgType.Xid or PgType.Cid => BinaryPrimitives.ReadUInt32BigEndian(value),
        PgType.Xid8 => BinaryPrimitives.ReadUInt64BigEndian(value),
        PgType.Money => (double)(BinaryPrimitives.ReadInt64BigEndian(value) / 100m),
        PgType.Timestamptz or PgType.Timestamp => TimeValues.TimestampSeconds(value),
        PgType.Date => TimeValues.DateSeconds(value),
        PgType.Time => TimeValues.TimeSeconds(value),
        PgType.Timetz => TimeValues.ZonedTimeSeconds(value),
        PgType.Interval => IntervalValue.Read(value).Seconds,
        _ => null,
    };

    /// <summary>What makes a number of a column of a type.</summary>
    public static string Remedy(uint type, string column) => type switch
    {
        PgType.Numeric => "holds a number beyond the range of float8",
        PgType.Json => "is no number; cast it to text and then to float8",
        PgType.Jsonb => "is no number; cast it to float8",
        PgType.Xml => "is no number; cast it to text and then to float8",
        _ when PgType.IsText(type) => "is no number; cast it to float8",
        PgType.PgLsn => $"is no number; select {column} - '0/0'::pg_lsn, its bytes",
        PgType.Bit => "is no number; cast it to int8",
        PgType.Char => "is no number; cast it to int4",
        _ when PgType.IsObjectName(type) => "is no number; cast it to oid",
        _ => "is no number; select a number that is made of it, or declare it as a label",
    };
}
