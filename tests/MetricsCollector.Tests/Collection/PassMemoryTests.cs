using MetricsCollector.Catalog;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class PassMemoryTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_was_learned_of_a_database_is_forgotten_with_it()
    {
        await using var session = new TargetSession(
            new Target("test", new NpgsqlConnectionStringBuilder(postgres.ConnectionString)),
            new SessionLimits(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100)));
        await session.OpenAsync(TestContext.Current.CancellationToken);
        var facts = session.Facts! with { Databases = ["kept", "gone"] };
        var metric = MetricCatalog.Load().Metrics.First(metric => metric.Name == "tables");
        var (gone, kept) = (Question("gone"), Question("kept"));
        var memory = new PassMemory(10);
        memory.Refresh(facts);
        foreach (var question in (Question[])[gone, kept])
        {
            memory.Failed(question);
            memory.Cut(question);
            memory.Learn(question with { Missing = ["column"] });
            memory.LearnRemedy(question, "refused", "remedy");
        }

        memory.Refresh(facts with { Databases = ["kept"] });
        Assert.Equal((false, false, null, 0), What(gone));
        Assert.Equal((true, true, "remedy", 1), What(kept));

        Question Question(string database) => new(metric, metric.Files[0], "SELECT 1", [], database);

        (bool Failed, bool Cut, string? Remedy, int Missing) What(Question question) =>
        (
            memory.FailedLastTime(question),
            memory.CutLastTime(question),
            memory.RemedyOf(question, "refused"),
            memory.Recall(question).Missing.Count);
    }
}
