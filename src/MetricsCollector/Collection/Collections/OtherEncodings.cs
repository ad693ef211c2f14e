using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.Composition;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Reads what all databases of a server share, and the current one cannot: a text that another database stored in bytes that are no text
/// in the encoding here. <c>pg_stat_statements</c> then gives none of its texts. A database in another encoding, SQL_ASCII above all,
/// takes them as they are.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="memory">What was learned in collections before.</param>
internal sealed class OtherEncodings(Target target, SessionLimits limits, CollectionMemory memory)
{
    // Those that take the most texts come first; what they refuse, the next one would too.
    private const int MostTried = 3;

    private const string Candidates =
        """
        SELECT d.datname::text, d.encoding = 0
        FROM pg_database AS d
        WHERE d.datallowconn AND NOT d.datistemplate AND has_database_privilege(d.oid, 'CONNECT')
          AND d.encoding <> (SELECT encoding FROM pg_database WHERE datname = current_database())
          AND d.encoding IN (0, pg_char_to_encoding('UTF8'))
        ORDER BY d.encoding, d.datname
        """;

    private readonly QueryChoice _queries = new(target, memory);

    /// <summary>Asks other databases for what failed for this reason.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="home">The session in the first database.</param>
    /// <param name="stopping">Ends the collection without a result.</param>
    public async Task ExecuteAsync(CollectionInProgress collection, ITargetSession home, CancellationToken stopping)
    {
        var failed =
            collection.Metrics.Where(metric => metric.Scope == MetricScope.Instance && IsOfTheEncoding(collection.OutcomeOf(metric))
            && metric.FileFor(home.Facts!.Major) is { BuiltIn: true, Requires: not null }).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var databases = await CandidatesAsync(collection, home, stopping);
        foreach (var (database, _) in databases.Take(MostTried))
        {
            await ExecuteAsync(collection, failed, database, home.Facts!, stopping);
            failed.RemoveAll(metric => !IsOfTheEncoding(collection.OutcomeOf(metric)));
            if (failed.Count == 0)
            {
                return;
            }
        }

        foreach (var metric in failed)
        {
            var outcome = collection.OutcomeOf(metric)!;
            var extension = metric.FileFor(home.Facts!.Major)!.Requires!.Name;
            collection.Replace(
                metric, [MetricAnswer.Without(null, outcome with { Reason = $"{outcome.Reason}; {Remedy(extension, databases)}" })]);
        }
    }

    private static bool IsOfTheEncoding(Outcome? outcome) => outcome is
    {
        Status: OutcomeStatus.Failed,
        SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter,
    };

    private static string Remedy(string extension, IReadOnlyList<(string Name, bool Ascii)> databases)
    {
        var where = databases.FirstOrDefault(database => database.Ascii).Name is { } name
            ? $"database {name}"
            : "a database that you create with ENCODING 'SQL_ASCII' TEMPLATE template0";
        return "a database in another encoding ran a statement whose text cannot be converted, and all texts come at once: run "
            + $"CREATE EXTENSION {extension} in {where}, through which all of them can be read, or remove that text with "
            + "pg_stat_statements_reset()";
    }

    private async Task<IReadOnlyList<(string Name, bool Ascii)>> CandidatesAsync(
        CollectionInProgress collection, ITargetSession home, CancellationToken stopping)
    {
        var databases = new List<(string Name, bool Ascii)>();
        using var deadline = Deadline(stopping);
        collection.RoundTrips++;
        var asked = await home.ExecuteAsync(
            [new Statement(Candidates)],
            async (_, answer, token) =>
            {
                while (await answer.ReadAsync(token))
                {
                    databases.Add((ServerText.Read(answer.Bytes(0)), answer.Bytes(1)[0] != 0));
                }
            },
            deadline.Token);
        return asked.Failure is null ? databases.FindAll(database => target.WantsDatabase(database.Name)) : [];
    }

    private async Task ExecuteAsync(
        CollectionInProgress collection, IReadOnlyList<MetricDefinition> metrics, string database, ServerFacts server,
        CancellationToken stopping)
    {
        using var deadline = Deadline(stopping);
        await using var session = TargetSessions.Create(target, limits, database);
        var there = collection.Beside(metrics);
        try
        {
            there.RoundTrips++;
            await session.OpenAsync(deadline.Token);
            var (questions, _) = _queries.For(metrics, session.Facts!, first: true);
            var conversation = new DatabaseCollector(target, session, memory, there, server);
            if ((await conversation.ExecuteAsync(questions, deadline.Token)).Cut is null)
            {
                conversation.Commit();
            }
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // The failure that is known stays.
        }

        collection.RoundTrips += there.RoundTrips;
        foreach (var metric in metrics.Where(metric => there.OutcomeOf(metric) is { Status: OutcomeStatus.Ok or OutcomeStatus.Partial }))
        {
            collection.Replace(metric, there.AnswersOf(metric));
        }
    }

    private CancellationTokenSource Deadline(CancellationToken stopping)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout * 2);
        return deadline;
    }
}
