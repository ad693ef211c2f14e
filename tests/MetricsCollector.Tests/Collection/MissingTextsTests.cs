
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Query;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class MissingTextsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly MissingTexts _texts = new();

    [Fact]
    public void A_series_without_a_text_is_worth_one_question()
    {
        Assert.True(Ask(0, "a"));
        Assert.False(Ask(60, "a"));
        Assert.True(Ask(120, "a", "b"));
        Assert.False(Ask(180, "a", "b"));
    }

    [Fact]
    public void What_has_a_text_or_lacks_one_after_it_was_asked_for_is_worth_none()
    {
        Assert.False(_texts.AreWorthAsking(Statements(With("a", "SELECT 1")), asked: false, Hour, At.Zero));
        Assert.False(_texts.AreWorthAsking(Statements(Without("b")), asked: true, Hour, At.Zero));
        Assert.False(Ask(60, "b"));
    }

    [Fact]
    public void Series_that_keep_coming_cost_six_more_questions_in_the_time_of_one()
    {
        var asked = Enumerable.Range(0, 24 * 60).Count(minute => Ask(minute * 60, $"{minute}"));
        Assert.InRange(asked, 24 * 6, (24 * 6) + 6);
    }

    private bool Ask(int second, params string[] queries) =>
        _texts.AreWorthAsking(Statements([.. queries.Select(Without)]), asked: false, Hour, At.Second(second));

    private static Snapshot Statements(params SnapshotRow[] rows) => TestCollections.Snapshot("statements", ["calls"], rows);

    private static SnapshotRow Without(string id) => new(TestCollections.Labels(("queryid", id)), [1]);

    private static SnapshotRow With(string id, string text) =>
        Without(id) with { Attributes = new Dictionary<string, string> { ["query"] = text } };
}
