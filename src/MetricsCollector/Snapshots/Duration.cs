using System.Buffers;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MetricsCollector.Snapshots;

/// <summary>
/// A length of time written the way people write it in Prometheus and PostgreSQL settings: <c>100ms</c>, <c>15s</c>,
/// <c>1m</c>, <c>2h</c>, <c>30d</c>, parts joined as in <c>1h30m</c>, or .NET's <c>hh:mm:ss</c>.
/// </summary>
/// <param name="Value">The length of time; never negative.</param>
[TypeConverter(typeof(DurationConverter))]
public readonly record struct Duration(TimeSpan Value) : IParsable<Duration>
{
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>What a message tells people to write.</summary>
    public const string Forms = "a number and a unit: 100ms, 15s, 1m, 2h or 30d";

    /// <summary>Makes a duration of whole or fractional seconds.</summary>
    public static Duration FromSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <inheritdoc />
    public static Duration Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var duration)
            ? duration
            : throw new FormatException($"'{s}' is not a duration; write {Forms}.");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Duration result)
    {
        result = default;
        var text = s.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return false;
        }

        // Zero needs no unit, as in PostgreSQL's settings and in PromQL.
        if (text is "0")
        {
            return true;
        }

        if (text.Contains(':'))
        {
            var parsed = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero;
            result = new Duration(span);
            return parsed;
        }

        return TryParseParts(text, out result);
    }

    /// <summary>The shortest form that reads back to the same value, such as <c>1m</c> or <c>1h30m</c>.</summary>
    public override string ToString()
    {
        if (Value == TimeSpan.Zero)
        {
            return "0s";
        }

        var rest = Value.Ticks;
        var text = string.Empty;
        foreach (var (suffix, ticks) in Units)
        {
            if (rest / ticks is var count and > 0)
            {
                text += count.ToString(CultureInfo.InvariantCulture) + suffix;
                rest %= ticks;
            }
        }

        return rest == 0 ? text : Value.ToString("c", CultureInfo.InvariantCulture);
    }

    private static bool TryParseParts(ReadOnlySpan<char> text, out Duration result)
    {
        result = default;
        decimal total = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0
                || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            text = text[digits..];
            var letters = text.IndexOfAny(Digits);
            var suffix = letters < 0 ? text : text[..letters];
            if (!TryUnit(suffix, out var ticks) || number > TimeSpan.MaxValue.Ticks / ticks)
            {
                return false;
            }

            total += number * ticks;
            text = text[suffix.Length..];
        }

        if (total > TimeSpan.MaxValue.Ticks)
        {
            return false;
        }

        result = new Duration(TimeSpan.FromTicks((long)total));
        return true;
    }

    private static bool TryUnit(ReadOnlySpan<char> suffix, out long ticks)
    {
        foreach (var unit in Units)
        {
            if (suffix.SequenceEqual(unit.Suffix))
            {
                ticks = unit.Ticks;
                return true;
            }
        }

        ticks = 0;
        return false;
    }
}
