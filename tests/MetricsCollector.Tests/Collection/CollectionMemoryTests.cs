using MetricsCollector.Catalog;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class CollectionMemoryTests(PostgresFixture postgres)
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
        var (gone, kept) = (MetricQuery("gone"), MetricQuery("kept"));
        var memory = new CollectionMemory(10, samples: false, texts: true);
        memory.Refresh(facts);
        foreach (var question in (MetricQuery[])[gone, kept])
        {
            memory.Failed(question);
            memory.Cut(question);
            memory.Learn(question with { Missing = ["column"] });
            memory.LearnRemedy(question, "refused", "remedy");
        }

        memory.Refresh(facts with { Databases = ["kept"] });
        Assert.Equal((false, false, null, 0), What(gone));
        Assert.Equal((true, true, "remedy", 1), What(kept));

        MetricQuery MetricQuery(string database) => new(metric, metric.Files[0], "SELECT 1", [], database);

        (bool Failed, bool Cut, string? Remedy, int Missing) What(MetricQuery question) =>
        (
            memory.FailedLastTime(question),
            memory.CutLastTime(question),
            memory.RemedyOf(question, "refused"),
            memory.Recall(question).Missing.Count);
    }
}
