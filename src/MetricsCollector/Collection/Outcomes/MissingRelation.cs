using MetricsCollector.Catalog.Definitions;
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

    /// <summary>The outcome with a hint where the file may have been asked in the wrong database.</summary>
    public static Outcome Explain(Outcome outcome, MetricFile file, ServerFacts facts) =>
        Is(outcome) && !file.BuiltIn && file.Scope == MetricScope.Instance
            ? outcome with
            {
                Reason = $"{outcome.Reason}; only database {facts.Database} was asked: if it is in another one, {file.ScopeForms.Database}",
            }
            : outcome;
}
