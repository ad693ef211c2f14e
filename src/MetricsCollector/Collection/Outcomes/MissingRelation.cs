using MetricsCollector.Catalog.Definitions;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Collection.Outcomes;

/// <summary>What becomes of a statement that names something a database does not have.</summary>
internal static class MissingRelation
{
    /// <summary>Whether a statement failed since a table, a view, a schema or a function is not in the database.</summary>
    public static bool Is(Outcome outcome) =>
        outcome is
        {
            Status: OutcomeStatus.Failed,
            SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedFunction,
        };

    /// <summary>
    /// The outcome with a hint where the file may have been asked in the wrong database; <c>skipped</c> where the server is of a major that
    /// is newer than those that are tested, and no longer has what a built-in metric reads.
    /// </summary>
    public static Outcome Explain(Outcome outcome, MetricFile file, ServerFacts facts) => outcome switch
    {
        _ when !Is(outcome) => outcome,
        _ when file.BuiltIn && facts.Major > PostgresMajors.Newest => Outcome.Skipped(
            $"{outcome.Reason}; PostgreSQL {facts.Major} is newer than {PostgresMajors.Newest}, the newest that is tested: "
                + "look for a newer release of the collector",
            outcome.SqlState),
        _ when !file.BuiltIn && file.Scope == MetricScope.Instance => outcome with
        {
            Reason = $"{outcome.Reason}; only database {facts.Database} was asked: if it is in another one, {file.ScopeForms.Database}",
        },
        _ => outcome,
    };
}
