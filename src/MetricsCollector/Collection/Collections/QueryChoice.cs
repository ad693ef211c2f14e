using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Outcomes;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Collection.Sampling;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>Chooses what a database of a server is asked.</summary>
/// <param name="target">The target.</param>
/// <param name="memory">What was learned in collections before.</param>
internal sealed class QueryChoice(Target target, CollectionMemory memory)
{
    private const string DescribedStatements = "statements";
    private const string TextsSwitchedOff = "Collection:StatementTexts is off";

    /// <summary>The queries for a database, and the answers of metrics that do not apply there.</summary>
    /// <param name="metrics">The metrics of the collection.</param>
    /// <param name="facts">What the server said in that database.</param>
    /// <param name="first">Whether it is the one that also answers for the whole server.</param>
    public (List<MetricQuery> Questions, List<(MetricDefinition Metric, MetricAnswer Answer)> Skipped) For(
        IEnumerable<MetricDefinition> metrics, ServerFacts facts, bool first)
    {
        var questions = new List<MetricQuery>();
        var skips = new List<(MetricDefinition Metric, MetricAnswer Answer)>();
        foreach (var metric in metrics.Where(metric => !metric.Computed && IsAskedIn(facts.Database, metric, first)))
        {
            var database = metric.Scope == MetricScope.Database ? facts.Database : null;
            if (database is not null && metric.FileFor(facts.Major)?.WantsDatabase(database) == false)
            {
                // Of a file for other databases.
                continue;
            }

            var (file, skipped) = SwitchedOff(metric) is { } reason
                ? (null, Snapshots.Outcome.Skipped(reason))
                : MetricEligibility.Choose(metric, facts);
            if (file is null)
            {
                // What the version or the role of the server decides holds for all of its databases.
                skips.Add((metric, MetricAnswer.Without(MetricEligibility.IsForServer(metric, facts) ? database : null, skipped!)));
            }
            else
            {
                var sql = ExtensionSchema.Qualify(file.SqlFor(facts), file, facts);
                questions.Add(memory.Recall(new MetricQuery(metric, file, sql, [], database)
                {
                    Major = facts.Major,
                    MissingRemedy = file.Requires is { } required ? ExtensionRemedy.Update(required, facts) : null,
                }));
            }
        }

        return (questions, skips);
    }

    private string? SwitchedOff(MetricDefinition metric) =>
        metric.Sampled && !memory.Sampling.IsOn ? TargetSampling.SwitchedOff
        : metric.Describes == DescribedStatements && !memory.StatementTexts ? TextsSwitchedOff
        : null;

    private bool IsAskedIn(string database, MetricDefinition metric, bool first) =>
        metric.Scope == MetricScope.Database ? target.WantsDatabase(database) : first;
}
