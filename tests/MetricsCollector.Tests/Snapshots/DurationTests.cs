using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Snapshots;

[Trait("PostgreSQL", "any")]
public sealed class DurationTests
{
    [Theory]
    [InlineData("100ms", 0.1)]
    [InlineData("15s", 15)]
    [InlineData("1m", 60)]
    [InlineData("1h30m", 5400)]
    [InlineData("30d", 2_592_000)]
    [InlineData("1.5s", 1.5)]
    [InlineData("00:01:00", 60)]
    [InlineData(" 2h ", 7200)]
    public void A_duration_is_read_as_people_write_it(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1y")]
    [InlineData("99999999999999d")]
    [InlineData("1..5s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Duration.TryParse(text, null, out _));

    [Theory]
    [InlineData("100ms")]
    [InlineData("1h30m")]
    [InlineData("30d")]
    [InlineData("0s")]
    public void A_duration_is_written_as_it_is_read(string text) => Assert.Equal(text, Duration.Parse(text).ToString());

    [Fact]
    public void The_message_says_what_to_write()
    {
        var exception = Assert.Throws<FormatException>(() => Duration.Parse("soon"));
        Assert.Contains("'soon'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(Duration.Forms, exception.Message, StringComparison.Ordinal);
    }
}
