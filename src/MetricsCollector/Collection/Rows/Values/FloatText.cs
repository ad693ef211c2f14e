using System.Globalization;
using System.Numerics;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>Floating-point numbers as PostgreSQL writes them: the shortest text that reads back as the same number.</summary>
internal static class FloatText
{
    private const int MostDigitsOfDouble = 15;
    private const int MostDigitsOfFloat = 6;

    // Below these, what lies halfway between two numbers is a fraction of more digits than the shortest text.
    private const double FirstDoubleWithWholeHalves = 9_007_199_254_740_992;
    private const float FirstFloatWithWholeHalves = 16_777_216;

    public static string Of(double value) => Of(ShortestOf(value, FirstDoubleWithWholeHalves), MostDigitsOfDouble);

    public static string Of(float value) => Of(ShortestOf(value, FirstFloatWithWholeHalves), MostDigitsOfFloat);

    // Halfway to a neighbour .NET trusts the reader to round to even, and just above a power of two its text may be one digit
    // too short; PostgreSQL adds digits until only this number is meant.
    private static string ShortestOf<T>(T value, T firstWithWholeHalves)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!T.IsFinite(value))
        {
            return text;
        }

        var digits = text.Split('E')[0].Replace(".", string.Empty, StringComparison.Ordinal).Trim('-', '0').Length;
        while (T.Parse(text, CultureInfo.InvariantCulture) != value || (T.Abs(value) >= firstWithWholeHalves && IsHalfway(text, value)))
        {
            text = value.ToString(FormattableString.Invariant($"E{digits++}"), CultureInfo.InvariantCulture);
        }

        return text;
    }

    private static bool IsHalfway<T>(string text, T value)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var (up, down) = (T.BitIncrement(value), T.BitDecrement(value));
        var twice = BigInteger.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * 2;
        return (T.IsFinite(up) && twice == BigInteger.CreateChecked(value) + BigInteger.CreateChecked(up))
            || (T.IsFinite(down) && twice == BigInteger.CreateChecked(value) + BigInteger.CreateChecked(down));
    }

    // .NET finds the same digits and changes to an exponent elsewhere.
    private static string Of(string shortest, int mostDigits)
    {
        var sign = shortest.StartsWith('-') ? "-" : string.Empty;
        var text = shortest[sign.Length..];
        if (!char.IsAsciiDigit(text[0]))
        {
            return shortest;
        }

        var at = text.IndexOf('E', StringComparison.Ordinal);
        var (mantissa, shift) = at < 0 ? (text, 0) : (text[..at], int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture));
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var all = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        if (digits.Length == 0)
        {
            return sign + "0";
        }

        var exponent = whole - 1 - (all.Length - digits.Length) + shift;
        digits = digits.TrimEnd('0');
        return sign + (exponent >= -4 && exponent < mostDigits ? Plain(digits, exponent) : Scientific(digits, exponent));
    }

    private static string Plain(string digits, int exponent) => (exponent, digits.Length) switch
    {
        ( < 0, _) => "0." + new string('0', -exponent - 1) + digits,
        var (e, length) when length <= e + 1 => digits.PadRight(e + 1, '0'),
        var (e, _) => digits[..(e + 1)] + "." + digits[(e + 1)..],
    };

    private static string Scientific(string digits, int exponent)
    {
        var point = digits.Length > 1 ? "." : string.Empty;
        return FormattableString.Invariant($"{digits[..1]}{point}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
