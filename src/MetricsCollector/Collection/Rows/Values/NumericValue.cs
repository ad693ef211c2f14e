using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>PostgreSQL's <c>numeric</c> of any length, as the server sends it: digits to the base 10,000.</summary>
internal static class NumericValue
{
    private const int DigitsPerGroup = 4;
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;

    /// <summary>The text that PostgreSQL writes.</summary>
    public static string ToText(ReadOnlySpan<byte> value)
    {
        var groups = BinaryPrimitives.ReadInt16BigEndian(value);
        var weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        var scale = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        switch (sign)
        {
            case NotANumber:
                return "NaN";
            case PositiveInfinity:
                return "Infinity";
            case NegativeInfinity:
                return "-Infinity";
        }

        var text = new StringBuilder(sign == Negative ? "-" : string.Empty);
        if (weight < 0)
        {
            text.Append('0');
        }

        for (var i = 0; i <= weight; i++)
        {
            var group = Group(value, groups, i).ToString(CultureInfo.InvariantCulture);
            text.Append(i == 0 ? group : group.PadLeft(DigitsPerGroup, '0'));
        }

        if (scale > 0)
        {
            var end = text.Append('.').Length + scale;
            for (var i = weight + 1; text.Length < end; i++)
            {
                text.Append(Group(value, groups, i).ToString("0000", CultureInfo.InvariantCulture));
            }

            text.Length = end;
        }

        return text.ToString();
    }

    /// <summary>The nearest double; null when the number lies beyond a double's range, which PostgreSQL refuses to convert too.</summary>
    public static double? ToDouble(ReadOnlySpan<byte> value)
    {
        var text = ToText(value);
        return text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            // The parser takes every digit into account and rounds once.
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
                ? number
                : null,
        };
    }

    // Groups that are all zero at the end, and before the first in a fraction, are not sent.
    private static int Group(ReadOnlySpan<byte> value, int groups, int i) =>
        i >= 0 && i < groups ? BinaryPrimitives.ReadUInt16BigEndian(value[(8 + (i * 2))..]) : 0;
}
