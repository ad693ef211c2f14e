using System.Globalization;

namespace MetricsCollector.Query.Events;

/// <summary>Writes the value of a setting as PostgreSQL's <c>SHOW</c> does, with the largest unit in which it is a whole number.</summary>
internal static class SettingText
{
    private static readonly (string Unit, double Size)[] Bytes =
        [("TB", 1L << 40), ("GB", 1L << 30), ("MB", 1L << 20), ("kB", 1L << 10), ("B", 1)];

    private static readonly (string Unit, double Size)[] Seconds =
        [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1), ("ms", 0.001), ("us", 0.000001)];

    /// <summary>The text.</summary>
    /// <param name="value">The value in the unit of the metric <c>settings</c>.</param>
    /// <param name="unit">That unit; null where it is not known.</param>
    public static string Of(double value, string? unit) => unit switch
    {
        "boolean" => value == 0 ? "off" : "on",
        "octal" => value.ToString("0000", CultureInfo.InvariantCulture),
        // 0 and -1 often switch something off and stand for no length.
        _ when value is 0 or -1 => Plain(value),
        "bytes" => InUnits(value, Bytes),
        "seconds" => InUnits(value, Seconds),
        _ => Plain(value),
    };

    private static string InUnits(double value, (string Unit, double Size)[] units)
    {
        foreach (var (unit, size) in units)
        {
            // A thousandth is no binary fraction: what is as near to a whole number as that is one.
            var count = value / size;
            if (Math.Abs(count) >= 1 && Math.Abs(count - Math.Round(count)) < 1e-9 * Math.Abs(count))
            {
                return Plain(Math.Round(count)) + unit;
            }
        }

        var (last, smallest) = units[^1];
        return Plain(value / smallest) + last;
    }

    private static string Plain(double value) => value.ToString("0.###############", CultureInfo.InvariantCulture);
}
