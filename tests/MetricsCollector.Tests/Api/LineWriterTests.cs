using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using MetricsCollector.Api.Formats;

namespace MetricsCollector.Tests.Api;

[Trait("PostgreSQL", "any")]
public sealed class LineWriterTests
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
    public async Task A_text_that_begins_like_a_formula_gets_an_apostrophe(string? text, string written) =>
        Assert.Equal(written + "\r\n", await WriteAsync(lines => lines.Text(text)));

    [Fact]
    public async Task Numbers_and_times_stay_as_they_are() => Assert.Equal("-1.5,,2026-01-31T12:00:00Z\r\n", await WriteAsync(lines =>
    {
        lines.Number(-1.5);
        lines.Number(double.NaN);
        lines.Time(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    }));

    private static async Task<string> WriteAsync(Action<LineWriter> write)
    {
        using var stream = new MemoryStream();
        var pipe = PipeWriter.Create(stream);
        var lines = new LineWriter(pipe, JsonSerializerOptions.Web);
        write(lines);
        lines.End();
        await pipe.FlushAsync(TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
