using System.Globalization;
using System.Numerics;

namespace MetricsCollector.Collection.Values;

/// <summary>Floating-point numbers as PostgreSQL writes them: the shortest text that reads back as the same number.</summary>
internal static class FloatText
{
    private const int MostDigitsOfDouble = 15;
    private const int MostDigitsOfFloat = 6;

    // Below it, what lies halfway between two numbers is a fraction of more digits than the shortest text.
    private const double FirstWithWholeHalves = 9_007_199_254_740_992;

    public static string Of(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.IsFinite(value) || Math.Abs(value) < FirstWithWholeHalves)
        {
            return Of(shortest, MostDigitsOfDouble);
        }

        var number = BigInteger.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture) * 2;
        var isHalfway = number == new BigInteger(value) + new BigInteger(Math.BitIncrement(value))
            || number == new BigInteger(value) + new BigInteger(Math.BitDecrement(value));
        return Of(isHalfway ? value.ToString(OneMore(shortest), CultureInfo.InvariantCulture) : shortest, MostDigitsOfDouble);
    }

    public static string Of(float value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var number = double.Parse(shortest, CultureInfo.InvariantCulture);
        var isHalfway = float.IsFinite(value)
            && (number == (value + (double)MathF.BitIncrement(value)) / 2 || number == (value + (double)MathF.BitDecrement(value)) / 2);
        return Of(isHalfway ? value.ToString(OneMore(shortest), CultureInfo.InvariantCulture) : shortest, MostDigitsOfFloat);
    }

    // Halfway to a neighbour .NET trusts the reader to round to even; PostgreSQL adds a digit.
    private static string OneMore(string shortest) =>
        "E" + shortest.Split('E')[0].Count(char.IsAsciiDigit).ToString(CultureInfo.InvariantCulture);

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
