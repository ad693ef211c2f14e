using System.Diagnostics;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.Composition;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Visits the further databases of a server, one after the other, each with a connection that is closed before the next. What could not
/// be visited says why and comes first next time.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="memory">What was learned in collections before.</param>
/// <param name="queries">Chooses the queries for a database.</param>
internal sealed class FurtherDatabases(Target target, SessionLimits limits, CollectionMemory memory, QueryChoice queries)
{
    // The endpoint of a target may lead to one of several servers by turns.
    private const int MostAttempts = 3;

    // A server that no longer answers is not waited for again in each of a hundred databases.
    private const int MostSilent = 3;

    /// <summary>Visits them.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="home">The session in the first database, which stays open.</param>
    /// <param name="facts">What the server said of itself in the first database.</param>
    /// <param name="within">How long visits may take in all.</param>
    /// <param name="stopping">Ends the collection without a result.</param>
    public async Task VisitAsync(
        CollectionInProgress collection, ITargetSession home, ServerFacts facts, TimeSpan within, CancellationToken stopping)
    {
        var metrics = collection.Metrics.Where(metric => metric.Scope == MetricScope.Database).ToList();
        if (metrics.Count == 0)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        var silent = 0;
        var visited = new HashSet<bool>();
        var further = facts.Databases.Where(database =>
            database != facts.Database
            && target.WantsDatabase(database)
            && metrics.Exists(metric => metric.FileFor(facts.Major)?.WantsDatabase(database) != false));
        foreach (var database in memory.Turns.Order(further))
        {
            var left = within - Stopwatch.GetElapsedTime(began);
            // One of those that answer and one of those that do not always have their turn.
            var isFirst = visited.Add(memory.Turns.Answered(database));
            if (silent >= MostSilent || (left <= TimeSpan.Zero && !isFirst))
            {
                var why = silent >= MostSilent
                    ? "the server did not answer in the databases before it"
                    : "the time of the collection was over";
                Add(collection, metrics, database, Outcome.Failed($"had no turn, {why}; it comes first next time"));
                continue;
            }

            var failure = await VisitAsync(collection, metrics, database, home, facts, Patience(left, within), stopping);
            memory.Turns.Visited(database, failure is null);
            silent = failure is not null && IsSilence(failure) ? silent + 1 : 0;
        }
    }

    // Twice the limit of a statement, or what is left; but not so little that a database could never answer.
    private TimeSpan Patience(TimeSpan left, TimeSpan within)
    {
        var most = limits.Timeout * 2;
        var least = most < within / 2 ? most : within / 2;
        return left >= most ? most : left > least ? left : least;
    }

    private static bool IsSilence(Exception failure) => failure is OperationCanceledException or TimeoutException
        or NpgsqlException { InnerException: OperationCanceledException or TimeoutException };

    /// <returns>Why the database could not be visited, or the connection to it was cut; null when it answered.</returns>
    private async Task<Exception?> VisitAsync(
        CollectionInProgress collection,
        List<MetricDefinition> metrics,
        string database,
        ITargetSession home,
        ServerFacts facts,
        TimeSpan patience,
        CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(patience);
        for (var attempt = 1; ; attempt++)
        {
            await using var session = TargetSessions.Create(target, limits, database);
            try
            {
                // Only what needs an extension has to know the database before it asks.
                var known = metrics.Exists(metric => metric.Requires is not null) ? null : facts;
                await session.OpenAsync(deadline.Token, known);
                collection.RoundTrips += known is null ? 1 : 0;
                collection.Server ??= facts;
                var conversation = new DatabaseCollector(target, session, memory, collection, facts);
                var (questions, skipped) = queries.For(metrics, session.Facts!, first: false);
                skipped.ForEach(skip => conversation.Add(skip.Metric, skip.Answer));
                var (cut, unanswered) = await conversation.ExecuteAsync(questions, deadline.Token);
                if (cut is AnotherServerException && attempt < MostAttempts)
                {
                    continue;
                }

                if (cut is AnotherServerException)
                {
                    Add(collection, metrics, database, Outcome.Failed(cut.Message));
                    return cut;
                }

                if (cut is not null && conversation.Heard)
                {
                    conversation.HadNoTurn(conversation.Blame(unanswered, cut), cut);
                }
                else if (cut is not null)
                {
                    conversation.Fail(unanswered, CollectionFailure.Of(cut, target));
                }

                conversation.Commit();
                collection.Databases++;
                return cut;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                var limit = IsSilence(exception) ? await new ConnectionLimit(home, limits).ReachedAsync(stopping) : null;
                var outcome = Refused(exception, database, facts);
                Add(collection, metrics, database, limit is null ? outcome : outcome with { Reason = $"{outcome.Reason}: {limit}" });
                return exception;
            }
        }
    }

    private Outcome Refused(Exception exception, string database, ServerFacts facts) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused when facts.ClosedDatabases.Contains(database) =>
            RefusedStatement.OutcomeOf(refused, Grants.Connect(database, facts.RoleName)),
        DatabaseNameException unnamed => Outcome.Failed(unnamed.Message, unnamed.SqlState),
        _ => CollectionFailure.Of(exception, target),
    };

    private static void Add(CollectionInProgress collection, List<MetricDefinition> metrics, string database, Outcome outcome) =>
        metrics.ForEach(metric => collection.Add(metric, MetricAnswer.Without(database, outcome)));
}
