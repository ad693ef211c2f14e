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
                (i, reader, token) => readers[i].ReadAsync(reader, token),
                cancellationToken);
            for (var i = 0; i < asked.Answered; i++)
            {
                memory.Answered(_questions[i]);
                pass.Add(_questions[i].Metric, readers[i].Answer(asked.Durations[i]));
            }

            _questions.RemoveRange(0, asked.Answered);
            switch (asked.Failure)
            {
                case null:
                    break;
                case PostgresException refused when !Failure.EndsSession(refused) && _questions.Count > 0:
                    Refused(pass, refused);
                    break;
                default:
                    return (asked.Failure, _questions);
            }
        }

        return (null, []);
    }

    private void Refused(PassInProgress pass, PostgresException refused)
    {
        var question = _questions[0];
        if (refused.SqlState == PostgresErrorCodes.UndefinedColumn
            && MissingColumn.Remove(question.Sql, refused.Position, question.Metric.FieldNames) is var (sql, column))
        {
            _questions[0] = question with { Sql = sql, Missing = [.. question.Missing, column] };
            memory.Learn(_questions[0]);
        }
        else if (refused.SqlState == PostgresErrorCodes.LockNotAvailable && !question.AskedAgain)
        {
            // Who took the lock in between is now among the locks that the statement passes over.
            _questions[0] = question with { AskedAgain = true };
        }
        else
        {
            memory.Failed(question);
            pass.Add(question.Metric, MetricAnswer.Without(question.Database, RefusedStatement.OutcomeOf(refused, session.Facts!)));
            _questions.RemoveAt(0);
        }
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
