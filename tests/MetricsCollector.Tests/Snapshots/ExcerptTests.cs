using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Snapshots;

[Trait("PostgreSQL", "any")]
public sealed class ExcerptTests
{
    [Theory]
    [InlineData("", 3, "")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc...")]
    [InlineData("ab😀", 4, "ab😀")]
    [InlineData("ab😀", 3, "ab...")]
    [InlineData("a😀b", 3, "a😀...")]
    [InlineData("日本語", 2, "日本...")]
    public void A_text_is_cut_between_characters(string text, int longest, string shown)
    {
        Assert.Equal(shown, Excerpt.Of(text, longest));
        Assert.StartsWith(text[..Excerpt.End(text, longest)], shown, StringComparison.Ordinal);
    }
}
