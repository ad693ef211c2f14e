using System.Buffers.Binary;
using System.Globalization;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>
/// Dates, times of day and instants over PostgreSQL's whole range, which is far wider than .NET's: years before Christ, 24:00 and
/// infinity. Instants are written after RFC 3339 in UTC, the others as PostgreSQL writes them with <c>DateStyle = ISO</c>.
/// </summary>
internal static class TimeValues
{
    public const long MicrosecondsPerSecond = 1_000_000;
    private const long SecondsPerDay = 86_400;
    private const long MicrosecondsPerDay = SecondsPerDay * MicrosecondsPerSecond;

    // PostgreSQL counts from the year 2000.
    private const long EpochDay = 10_957;

    public static string DateText(ReadOnlySpan<byte> value)
    {
        var days = BinaryPrimitives.ReadInt32BigEndian(value);
        return Infinity(days, int.MinValue, int.MaxValue) ?? Dated(days, string.Empty);
    }

    public static double DateSeconds(ReadOnlySpan<byte> value)
    {
        var days = BinaryPrimitives.ReadInt32BigEndian(value);
        return InfiniteSeconds(days, int.MinValue, int.MaxValue) ?? (days + EpochDay) * (double)SecondsPerDay;
    }

    public static string TimestampText(ReadOnlySpan<byte> value, bool instant)
    {
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(value);
        if (Infinity(microseconds, long.MinValue, long.MaxValue) is { } infinity)
        {
            return infinity;
        }

        var (days, rest) = Math.DivRem(microseconds, MicrosecondsPerDay);
        if (rest < 0)
        {
            (days, rest) = (days - 1, rest + MicrosecondsPerDay);
        }

        return Dated(days, instant ? $"T{Clock(rest)}Z" : $" {Clock(rest)}");
    }

    public static double TimestampSeconds(ReadOnlySpan<byte> value)
    {
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(value);
        return InfiniteSeconds(microseconds, long.MinValue, long.MaxValue)
            ?? (double)(((decimal)microseconds / MicrosecondsPerSecond) + (EpochDay * SecondsPerDay));
    }

    public static string TimeText(ReadOnlySpan<byte> value) => Clock(BinaryPrimitives.ReadInt64BigEndian(value));

    public static double TimeSeconds(ReadOnlySpan<byte> value) => Seconds(BinaryPrimitives.ReadInt64BigEndian(value));

    public static string ZonedTimeText(ReadOnlySpan<byte> value)
    {
        // PostgreSQL counts zones west of Greenwich.
        var east = -BinaryPrimitives.ReadInt32BigEndian(value[8..]);
        var (hours, minutes, seconds) = (Math.Abs(east) / 3_600, Math.Abs(east) / 60 % 60, Math.Abs(east) % 60);
        var zone = FormattableString.Invariant($"{(east < 0 ? '-' : '+')}{hours:00}");
        zone += minutes != 0 || seconds != 0 ? FormattableString.Invariant($":{minutes:00}") : string.Empty;
        return TimeText(value) + zone + (seconds != 0 ? FormattableString.Invariant($":{seconds:00}") : string.Empty);
    }

    public static double ZonedTimeSeconds(ReadOnlySpan<byte> value) => TimeSeconds(value) + BinaryPrimitives.ReadInt32BigEndian(value[8..]);

    public static double Seconds(long microseconds) => (double)((decimal)microseconds / MicrosecondsPerSecond);

    /// <summary>Hours, minutes, seconds, and the fraction as far as it has digits.</summary>
    public static string Clock(long microseconds)
    {
        var (seconds, fraction) = Math.DivRem(microseconds, MicrosecondsPerSecond);
        var clock = FormattableString.Invariant($"{seconds / 3_600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return fraction == 0 ? clock : clock + "." + fraction.ToString("000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    private static string? Infinity(long value, long minus, long plus) => value == plus ? "infinity" : value == minus ? "-infinity" : null;

    private static double? InfiniteSeconds(long value, long minus, long plus) =>
        value == plus ? double.PositiveInfinity : value == minus ? double.NegativeInfinity : null;

    // The proleptic Gregorian calendar by arithmetic: DateTime begins with the year 1 and ends with 9999.
    private static string Dated(long daysSince2000, string time)
    {
        var days = daysSince2000 + 730_425;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var dayOfEra = days - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * shifted) + 2) / 5) + 1;
        var month = shifted < 10 ? shifted + 3 : shifted - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        return year > 0
            ? FormattableString.Invariant($"{year:0000}-{month:00}-{day:00}{time}")
            : FormattableString.Invariant($"{1 - year:0000}-{month:00}-{day:00}{time} BC");
    }
}
