using System.Buffers;
using System.Text;
using MetricsCollector.Api.Formats.Csv;
using MetricsCollector.Api.Formats.Rows;

namespace MetricsCollector.Tests.Api;

[Trait("PostgreSQL", "any")]
public sealed class CsvWriterTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"http://a\")", "\"'=HYPERLINK(\"\"http://a\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\nx", "\"'\nx\"")]
    [InlineData("\uff1d1", "'\uff1d1")]
    [InlineData("a=1", "a=1")]
    [InlineData(" x", " x")]
    [InlineData("'x", "'x")]
    [InlineData("{\"a\":\"=1\"}", "\"{\"\"a\"\":\"\"=1\"\"}\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_text_that_begins_like_a_formula_gets_an_apostrophe(string? text, string written) =>
        Assert.Equal(written + "\r\n", Write(text));

    [Fact]
    public void Numbers_and_times_stay_as_they_are() =>
        Assert.Equal("-1.5,,2026-01-31T12:00:00Z\r\n", Write(-1.5, double.NaN, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)));

    private static string Write(params Cell[] cells)
    {
        var body = new ArrayBufferWriter<byte>();
        new CsvWriter(body).Line(cells);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
