using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Outcomes;

/// <summary>One outcome for a metric that several databases answered.</summary>
internal static class MergedOutcome
{
    private const int MostNamed = 20;

    /// <summary>
    /// What all share, or partial with what is wrong in which database. A database that has nothing to tell (no such extension)
    /// takes nothing from the others, nor one that lacks the table that others have; one that refuses does.
    /// </summary>
    public static Outcome Of(IReadOnlyList<MetricAnswer> answers)
    {
        if (answers is [var only])
        {
            return only.Outcome;
        }

        if (answers.Select(answer => answer.Outcome.Status).Distinct().Count() == 1
            && answers[0].Outcome.Status is not OutcomeStatus.Partial)
        {
            return answers[0].Outcome.Reason is null ? answers[0].Outcome : answers[0].Outcome with { Reason = Reasons(answers) };
        }

        var answered = answers.Any(answer => answer.Outcome.Status is OutcomeStatus.Ok or OutcomeStatus.Partial);
        var wrong = answers.Where(answer => IsWrong(answer) && !(answered && MissingRelation.Is(answer.Outcome))).ToList();
        if (wrong.Count == 0)
        {
            return Outcome.Ok;
        }

        // Where no database answered, a GRANT that most of them lack must not hide behind the failure of one.
        return Outcome.Partial(Reasons(answered ? wrong : answers));
    }

    /// <summary>An outcome with one more problem.</summary>
    public static Outcome With(Outcome outcome, string problem) =>
        outcome.Status is OutcomeStatus.Ok or OutcomeStatus.Partial
            ? Outcome.Partial(outcome.Reason is null ? problem : $"{outcome.Reason}; {problem}")
            : outcome;

    private static bool IsWrong(MetricAnswer answer) =>
        answer.Outcome.Status is OutcomeStatus.Failed or OutcomeStatus.Partial
            || answer.Outcome is { Status: OutcomeStatus.Skipped, SqlState: not null };

    // The same reason is told once, however many databases share it.
    private static string Reasons(IEnumerable<MetricAnswer> answers) =>
        string.Join("; ", answers
            .GroupBy(answer => answer.Outcome.Reason, StringComparer.Ordinal)
            .Select(same => same.All(answer => answer.Database is null)
                ? same.Key
                : $"database {Databases([.. same.Select(answer => answer.Database)])}: {same.Key}"));

    private static string Databases(IReadOnlyList<string?> databases) =>
        databases.Count <= MostNamed
            ? string.Join(", ", databases)
            : FormattableString.Invariant($"{string.Join(", ", databases.Take(MostNamed))} and {databases.Count - MostNamed} more");
}
