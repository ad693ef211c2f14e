using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Asks one database everything that is due there: one round trip, and one more for each question that the server refuses.</summary>
/// <param name="target">The target.</param>
/// <param name="session">The session in the database.</param>
/// <param name="memory">What was learned in passes before.</param>
internal sealed class DatabaseConversation(Target target, TargetSession session, PassMemory memory)
{
    private List<Question> _questions = [];

    /// <summary>Asks, and gives every question its answer.</summary>
    /// <returns>What cut the conversation off, when the connection or the server went away; what was not answered then has no answer.</returns>
    public async Task<(Exception? Cut, IReadOnlyList<Question> Unanswered)> AskAsync(IEnumerable<Question> questions, PassInProgress pass, CancellationToken cancellationToken)
    {
        // What failed last time goes last, so that the others are not sent twice; so does what runs with another search_path.
        _questions = [.. questions.OrderBy(question => !question.File.BuiltIn).ThenBy(question => memory.FailedLastTime(question))];
        while (_questions.Count > 0)
        {
            var readers = _questions.ConvertAll(question => new RowReader(question, memory.TopOf(question)));
            pass.RoundTrips++;
            var asked = await session.AskAsync(
                [.. _questions.Select(question => new Statement(question.Sql, RoleSearchPath: !question.File.BuiltIn))],
                // The facts came with the same answer: a right that was taken away counts at once.
                (i, reader, token) => readers[i].ReadAsync(reader, Applicability.Withheld(_questions[i].File, session.Facts!), token),
                cancellationToken);
            for (var i = 0; i < asked.Answered; i++)
            {
                memory.Answered(_questions[i]);
                pass.Add(_questions[i].Metric, AnswerOf(_questions[i], readers[i], asked.Durations[i]));
            }

            _questions.RemoveRange(0, asked.Answered);
            switch (asked.Failure)
            {
                case null:
                    break;
                case PostgresException refused when !Failure.EndsSession(refused) && _questions.Count > 0:
                    if (await RefusedAsync(pass, refused, cancellationToken) is { } cut)
                    {
                        return (cut, _questions);
                    }

                    break;
                default:
                    return (asked.Failure, _questions);
            }
        }

        return (null, []);
    }

    /// <returns>What cut the conversation off, when the connection went away meanwhile.</returns>
    private async Task<Exception?> RefusedAsync(PassInProgress pass, PostgresException refused, CancellationToken cancellationToken)
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
            var (remedy, cut) = await RemedyAsync(question, pass, refused, cancellationToken);
            if (cut is not null)
            {
                return cut;
            }

            memory.Failed(question);
            pass.Add(question.Metric, MetricAnswer.Without(question.Database, OutcomeOf(question, refused, remedy)));
            _questions.RemoveAt(0);
        }

        return null;
    }

    private MetricAnswer AnswerOf(Question question, RowReader reader, TimeSpan duration) =>
        Applicability.LacksPrivilege(question.File, session.Facts!) is { } lacking
            ? MetricAnswer.Without(question.Database, lacking)
            : reader.Answer(duration, Applicability.SettingInTheWay(question.File, session.Facts!));

    private Snapshots.Outcome OutcomeOf(Question question, PostgresException refused, string? remedy) =>
        question.File.Requires is { Preloaded: true } required && refused.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState
            ? Snapshots.Outcome.Skipped(ExtensionRemedy.NotLoaded(required, session.Facts!), refused.SqlState)
            : RefusedStatement.OutcomeOf(refused, remedy);

    private async Task<(string? Remedy, Exception? Cut)> RemedyAsync(
        Question question, PassInProgress pass, PostgresException refused, CancellationToken cancellationToken)
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
        pass.RoundTrips++;
        var asked = await session.AskAsync(
            [DeniedObjects.Lookup(refused, question.Sql)],
            async (_, reader, token) => denied = await DeniedObjects.ReadAsync(reader, token),
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

    /// <summary>Says why questions have no answer.</summary>
    public void Lost(PassInProgress pass, IEnumerable<Question> questions, Exception cut)
    {
        foreach (var question in questions)
        {
            memory.Failed(question);
            pass.Add(question.Metric, MetricAnswer.Without(
                question.Database, Snapshots.Outcome.Failed(Failure.Describe(cut, target), (cut as PostgresException)?.SqlState)));
        }
    }
}
