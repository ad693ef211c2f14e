using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Outcomes;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Collection.Collections;

/// <summary>Asks one database everything that is due there: one round trip, and one more for each query that the server refuses.</summary>
/// <param name="target">The target.</param>
/// <param name="session">The session in the database.</param>
/// <param name="memory">What was learned in collections before.</param>
/// <param name="collection">The collection.</param>
/// <param name="server">The server that the collection reads; answers of another are not taken. Null when the first answer decides.</param>
internal sealed class DatabaseCollector(
    Target target, ITargetSession session, CollectionMemory memory, CollectionInProgress collection, ServerFacts? server)
{
    private readonly List<(MetricDefinition Metric, MetricAnswer Answer)> _answers = [];
    private List<MetricQuery> _questions = [];
    private bool _timedOut;

    /// <summary>Whether the server said anything in the last round trip.</summary>
    public bool Heard { get; private set; }

    /// <summary>Asks, and gives every query its answer.</summary>
    /// <param name="questions">The queries.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What cut the conversation off, when the connection or the server went away; what was not answered then has no
    /// answer.</returns>
    public async Task<(Exception? Cut, IReadOnlyList<MetricQuery> Unanswered)> ExecuteAsync(
        IEnumerable<MetricQuery> questions, CancellationToken cancellationToken)
    {
        // What failed last time goes last, so that the others are not sent twice; so does what runs with another search_path.
        // What ended the connection last time goes behind all others, so that they have their turn.
        _questions = [.. questions
            .OrderBy(memory.CutLastTime)
            .ThenBy(question => !question.File.BuiltIn)
            .ThenBy(memory.FailedLastTime)];
        while (_questions.Count > 0)
        {
            var failure = await SendAsync(cancellationToken);
            switch (failure)
            {
                case null:
                    break;
                case PostgresException refused when !Failure.EndsSession(refused) && _questions.Count > 0:
                    if (await RefusedAsync(refused, cancellationToken) is { } cut)
                    {
                        return (cut, _questions);
                    }

                    break;
                default:
                    return (failure, _questions);
            }
        }

        return (null, []);
    }

    /// <summary>The first of the unanswered queries is what the server worked on when the connection was cut: it has failed.</summary>
    /// <returns>The others, which had no turn.</returns>
    public IReadOnlyList<MetricQuery> Blame(IReadOnlyList<MetricQuery> unanswered, Exception cut)
    {
        memory.Cut(unanswered[0]);
        Add(unanswered[0].Metric, MetricAnswer.Without(unanswered[0].Database, CollectionFailure.Of(cut, target)));
        return [.. unanswered.Skip(1)];
    }

    /// <summary>Takes the answer of a metric.</summary>
    public void Add(MetricDefinition metric, MetricAnswer answer) => _answers.Add((metric, answer));

    /// <summary>What had no turn in the collection says so, and comes first next time.</summary>
    public void HadNoTurn(IEnumerable<MetricQuery> questions, Exception cut)
    {
        foreach (var question in questions)
        {
            collection.HadNoTurn(question.Metric);
            Add(question.Metric, MetricAnswer.Without(question.Database, CollectionFailure.NoTurn(CollectionFailure.Of(cut, target))));
        }
    }

    /// <summary>What was not answered has failed with the reason.</summary>
    public void Fail(IEnumerable<MetricQuery> questions, Snapshots.Outcome outcome)
    {
        foreach (var question in questions)
        {
            Add(question.Metric, MetricAnswer.Without(question.Database, outcome));
        }
    }

    /// <summary>Gives the collection the answers.</summary>
    public void Commit()
    {
        foreach (var (metric, answer) in _answers)
        {
            collection.Add(metric, answer);
        }

        _answers.Clear();
    }

    private async Task<Exception?> SendAsync(CancellationToken cancellationToken)
    {
        var readers = _questions.ConvertAll(question => new RowReader(question, memory.TopOf(question), collection.Budget));
        var before = session.Facts;
        IReadOnlyList<TimeSpan> durations = [];
        Exception? failure;
        _timedOut = false;
        collection.RoundTrips++;
        try
        {
            var asked = await session.ExecuteAsync(
                [.. _questions.Select(question => new Statement(question.Sql, RoleSearchPath: !question.File.BuiltIn))],
                // The facts came with the same answer: a right that was taken away counts at once.
                (i, answer, token) => readers[i].ReadAsync(answer, MetricEligibility.Withheld(_questions[i].File, session.Facts!), token),
                cancellationToken);
            (durations, failure, _timedOut) = (asked.Durations, asked.Failure, asked.TimedOut);
        }
        catch (Exception exception)
        {
            // Whatever the driver or a decoder throws: nobody knows then what the connection still carries.
            failure = new ConnectionLostException(exception.Message, exception);
        }

        Heard = !ReferenceEquals(before, session.Facts);
        if (Heard && session.Facts is { } facts && !facts.IsSameServer(server ?? collection.Server ?? facts))
        {
            collection.Another = facts;
            return new AnotherServerException(facts, (server ?? collection.Server)!);
        }

        collection.Server ??= Heard ? session.Facts : null;
        var answered = failure is ConnectionLostException ? readers.TakeWhile(reader => reader.Completed).Count() : durations.Count;
        for (var i = 0; i < answered; i++)
        {
            memory.Answered(_questions[i]);
            Add(_questions[i].Metric, AnswerOf(_questions[i], readers[i], i < durations.Count ? durations[i] : TimeSpan.Zero));
        }

        _questions.RemoveRange(0, answered);

        // All was answered, and what came behind was not understood.
        return _questions.Count == 0 && failure is ConnectionLostException ? null : failure;
    }

    /// <returns>What cut the conversation off, when the connection went away meanwhile.</returns>
    private async Task<Exception?> RefusedAsync(PostgresException refused, CancellationToken cancellationToken)
    {
        var question = _questions[0];
        if (refused.SqlState == PostgresErrorCodes.UndefinedColumn
            && MissingColumn.Remove(question.Sql, refused.Position, question.Metric.FieldNames) is var (sql, column))
        {
            _questions[0] = question with { Sql = sql, Missing = [.. question.Missing, column] };
            memory.Learn(_questions[0]);
        }
        else if (RefusedStatement.IsWorthAnotherTry(refused) && !question.AskedAgain)
        {
            // Who took the lock in between is now among the locks that the statement passes over; what was dropped is no longer listed.
            _questions[0] = question with { AskedAgain = true };
        }
        else
        {
            var (remedy, cut) = await RemedyAsync(question, refused, cancellationToken);
            if (cut is not null)
            {
                return cut;
            }

            memory.Failed(question);
            var outcome = MissingRelation.Explain(OutcomeOf(question, refused, remedy), question.File, session.Facts!);
            Add(question.Metric, MetricAnswer.Without(
                question.Database,
                HasNoBinaryForm(refused) ? outcome with { Reason = $"{outcome.Reason}; cast it to text" } : outcome));
            _questions.RemoveAt(0);
        }

        return null;
    }

    private MetricAnswer AnswerOf(MetricQuery question, RowReader reader, TimeSpan duration) =>
        MetricEligibility.LacksPrivilege(question.File, session.Facts!) is { } lacking
            ? MetricAnswer.Without(question.Database, lacking)
            : reader.Answer(duration, MetricEligibility.SettingInTheWay(question.File, session.Facts!));

    private Snapshots.Outcome OutcomeOf(MetricQuery question, PostgresException refused, string? remedy) =>
        question.File.Requires is { Preloaded: true } required && refused.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState
            ? Snapshots.Outcome.Skipped(ExtensionRemedy.NotLoaded(required, session.Facts!), refused.SqlState)
            : RefusedStatement.OutcomeOf(refused, remedy, _timedOut);

    private async Task<(string? Remedy, Exception? Cut)> RemedyAsync(
        MetricQuery question, PostgresException refused, CancellationToken cancellationToken)
    {
        if (refused.SqlState != PostgresErrorCodes.InsufficientPrivilege)
        {
            return (null, null);
        }

        if (memory.RemedyOf(question, refused.MessageText) is { } known)
        {
            return (known, null);
        }

        IReadOnlyList<DeniedObject> denied = [];
        collection.RoundTrips++;
        var asked = await session.ExecuteAsync(
            [DeniedObjects.Lookup(refused, question.Sql)],
            async (_, answer, token) => denied = await DeniedObjects.ReadAsync(answer, token),
            cancellationToken);
        if (asked.Failure is { } failure && (failure is not PostgresException answer || Failure.EndsSession(answer)))
        {
            return (null, failure);
        }

        var remedy = DeniedObjects.Remedy(denied, refused, question.Sql, session.Facts!);
        if (remedy is not null)
        {
            memory.LearnRemedy(question, refused.MessageText, remedy);
        }

        return (remedy, null);
    }

    // Types such as aclitem can only be sent as text. A function that the statement itself names is missed at a position of it.
    private static bool HasNoBinaryForm(PostgresException refused) =>
        refused is { SqlState: PostgresErrorCodes.UndefinedFunction, Position: 0, InternalPosition: 0, Where: null or "" };
}
