using MetricsCollector.Collection.Outcomes;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Tests.Collection.Outcomes;

/// <summary>A missing view fails a built-in metric on a tested major, and skips it on a newer one.</summary>
[Trait("PostgreSQL", "any")]
public sealed class MissingRelationTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(PostgresErrorCodes.UndefinedTable, 0, OutcomeStatus.Failed)]
    [InlineData(PostgresErrorCodes.UndefinedTable, 1, OutcomeStatus.Skipped)]
    [InlineData(PostgresErrorCodes.UndefinedFunction, 1, OutcomeStatus.Skipped)]
    [InlineData(PostgresErrorCodes.DivisionByZero, 1, OutcomeStatus.Failed)]
    public async Task A_missing_view_is_skipped_on_a_newer_major_only(string sqlState, int majorsAhead, OutcomeStatus expected)
    {
        await using var collector = TestCollector.Of(postgres.ConnectionString);
        await collector.CollectAsync("up");
        var facts = collector.State.Facts! with { VersionNum = (PostgresMajors.Newest + majorsAhead) * 10_000 };
        var file = TestCollector.BuiltIn.Find("archiver")!.FileFor(facts.Major)!;

        var outcome = MissingRelation.Explain(Outcome.Failed("the server said why", sqlState), file, facts);
        Assert.Equal((expected, sqlState), (outcome.Status, outcome.SqlState));
        Assert.StartsWith("the server said why", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(
            expected == OutcomeStatus.Skipped,
            outcome.Reason!.Contains($"PostgreSQL {facts.Major} is newer than {PostgresMajors.Newest}", StringComparison.Ordinal));
    }
}
