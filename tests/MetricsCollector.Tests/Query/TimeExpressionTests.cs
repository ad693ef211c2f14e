using System.Globalization;
using MetricsCollector.Query;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class TimeExpressionTests
{
    [Theory]
    [InlineData("now", "2026-01-31T12:00:00Z")]
    [InlineData("-6h", "2026-01-31T06:00:00Z")]
    [InlineData("now-6h", "2026-01-31T06:00:00Z")]
    [InlineData("NOW-1h30m", "2026-01-31T10:30:00Z")]
    [InlineData("now+5m", "2026-01-31T12:05:00Z")]
    [InlineData("now 5m", "2026-01-31T12:05:00Z")]
    [InlineData("+5m", "2026-01-31T12:05:00Z")]
    [InlineData("-01:30:00", "2026-01-31T10:30:00Z")]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("1769860800", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800.25", "2026-01-31T12:00:00.25Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31 12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00.5+02:00", "2026-01-31T10:00:00.5Z")]
    [InlineData("2026-01-31T12:00:00 02:00", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T12:00:00-05:30", "2026-01-31T17:30:00Z")]
    [InlineData("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.1234567Z")]
    public void An_instant_may_be_written_in_the_usual_forms(string text, string expected)
    {
        Assert.True(TimeExpression.TryParse(text, At.Zero, out var time, out var error), error);
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00", "'2026-01-31T12:00:00' does not say in which time zone; write 2026-01-31T12:00:00Z for UTC, or an "
        + "offset such as +02:00 (%2B02:00 in a URL)")]
    [InlineData("1769860800000", "'1769860800000' is not in seconds but in milliseconds or finer; write Unix seconds: 1769860800")]
    [InlineData(
        "1769860800123456", "'1769860800123456' is not in seconds but in milliseconds or finer; write Unix seconds: 1769860800.123456")]
    [InlineData("6h", "'6h' is a length of time, not an instant; write -6h for that long ago")]
    [InlineData(
        "-6", "'-6' has no length of time behind its sign; write a number and a unit: 100ms, 15s, 1m, 2h or 30d, as in -6h or now-6h")]
    [InlineData("-9999999d", "'-9999999d' lies outside the years 1970 to 9999; write a shorter length of time")]
    [InlineData("now+9999999d", "'now+9999999d' lies outside the years 1970 to 9999; write a shorter length of time")]
    [InlineData("1969-12-31T23:59:59Z", "'1969-12-31T23:59:59Z' lies before 1970; write a later time")]
    [InlineData("2026-02-30T12:00:00Z", "'2026-02-30T12:00:00Z' is not a day and time of the calendar; write 2026-01-31T12:00:00Z, "
        + "2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now")]
    [InlineData("99999999999999999999999999999999999999", "'99999999999999999999999999999999999999' is too great for Unix seconds; write "
        + "2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now")]
    [InlineData("2026-13-01", "'2026-13-01' is not a day and time of the calendar; write 2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), "
        + "Unix seconds, or relative: -6h, now-6h, now")]
    [InlineData(
        "yesterday",
        "'yesterday' is not a time; write 2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now")]
    [InlineData(
        "1e9", "'1e9' is not a time; write 2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now")]
    [InlineData("", "'' is not a time; write 2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now")]
    public void What_cannot_be_read_is_answered_with_what_to_write_instead(string text, string message)
    {
        Assert.False(TimeExpression.TryParse(text, At.Zero, out _, out var error));
        Assert.Equal(message, error);
    }
}
