using MetricsCollector.Query;
using MetricsCollector.Api.Http;
using MetricsCollector.Storage;


namespace MetricsCollector.Tests.Api.Http;

[Trait("PostgreSQL", "any")]
public sealed class ParameterCursorTests
{
    [Fact]
    public void A_cursor_reads_back_to_the_place_it_stands_for()
    {
        var position = new SnapshotPosition(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero), "Größe {1}", "database");
        var id = Guid.CreateVersion7();

        Assert.Equal(position, Cursor.ToSnapshot(Cursor.Of(position)));
        Assert.Equal(42, Cursor.ToSeries(Cursor.Of(42)));
        Assert.Equal(id, Cursor.ToCollection(Cursor.Of(id)));
        var page = new DiffPosition(position.CollectedAt, position.CollectedAt.AddHours(1), 100);
        Assert.Equal(page, Cursor.ToDiff(Cursor.Of(page)));
    }

    [Fact]
    public void A_cursor_needs_no_escape_in_a_URL()
    {
        var cursor = Cursor.Of(new SnapshotPosition(DateTimeOffset.UnixEpoch, "ÿÿÿ???>>>", "~"));

        Assert.Equal(cursor, Uri.EscapeDataString(cursor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("a")]
    [InlineData("_w")]
    [InlineData("AAAA")]
    [InlineData("OTk5OTk5OTk5OTk5OTk5OTk5OTkKYQpi")]
    public void What_is_no_cursor_is_not_read(string text)
    {
        Assert.Null(Cursor.ToSnapshot(text));
        Assert.Null(Cursor.ToSeries(text));
        Assert.Null(Cursor.ToCollection(text));
        Assert.Null(Cursor.ToDiff(text));
    }
}
