using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Runs one pass over one target: chooses the statements, sends them in one round trip, and gives every metric its outcome.</summary>
/// <param name="target">The target.</param>
/// <param name="session">Its session.</param>
/// <param name="time">The clock.</param>
internal sealed class CollectionPassRunner(Target target, TargetSession session, TimeProvider time)
{
    // Statements without the columns this server lacks; learned once per connection.
    private readonly Dictionary<string, LearnedStatement> _learned = new(StringComparer.Ordinal);

    // What failed last time goes last, so that the others are not sent twice.
    private readonly HashSet<string> _troubled = new(StringComparer.Ordinal);

    /// <summary>Runs a pass; every exception of the target becomes an outcome.</summary>
    /// <param name="metrics">What to ask for.</param>
    /// <param name="trigger">What started the pass.</param>
    /// <param name="startedAt">The instant its snapshots carry.</param>
    /// <param name="deadline">Ends the pass: what was not answered by then has failed.</param>
    /// <param name="stopping">Ends the pass without a result: the collector stops.</param>
    /// <exception cref="OperationCanceledException">The collector stops.</exception>
    public async Task<CollectionPass> RunAsync(
        IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, DateTimeOffset startedAt, CancellationToken deadline, CancellationToken stopping)
    {
        var pass = new PassInProgress(target, metrics, trigger, startedAt);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline, stopping);
        try
        {
            if (await OpenAsync(pass, linked.Token))
            {
                await AskAsync(pass, Questions(pass), linked.Token);
            }
        }
        finally
        {
            stopping.ThrowIfCancellationRequested();
        }

        return pass.Finish(time.GetUtcNow());
    }

    private async Task<bool> OpenAsync(PassInProgress pass, CancellationToken cancellationToken)
    {
        try
        {
            if (await session.OpenAsync(cancellationToken))
            {
                _learned.Clear();
                pass.RoundTrips++;
            }

            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException or ArgumentException)
        {
            await session.CloseAsync();
            pass.Unreachable(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);
            return false;
        }
    }

    private List<Question> Questions(PassInProgress pass)
    {
        var facts = session.Facts!;
        var questions = new List<Question>();
        foreach (var metric in pass.Metrics)
        {
            var (file, skipped) = Applicability.Choose(metric, facts);
            if (file is null)
            {
                pass.End(metric, skipped!);
            }
            else
            {
                var learned = _learned.GetValueOrDefault(metric.Name) ?? new LearnedStatement(file.SqlFor(facts.Major), []);
                questions.Add(new Question(metric, file, learned));
            }
        }

        return [.. questions.OrderBy(question => _troubled.Contains(question.Metric.Name))];
    }

    private async Task AskAsync(PassInProgress pass, List<Question> questions, CancellationToken cancellationToken)
    {
        var mayReconnect = pass.RoundTrips == 0;
        while (questions.Count > 0)
        {
            var readers = questions.ConvertAll(question => question.NewReader());
            pass.RoundTrips++;
            var asked = await session.AskAsync([.. questions.Select(question => question.Statement.Sql)], (i, reader, token) => readers[i].ReadAsync(reader, token), cancellationToken);
            for (var i = 0; i < asked.Answered; i++)
            {
                _troubled.Remove(questions[i].Metric.Name);
                pass.End(questions[i].Metric, readers[i].Outcome, readers[i].Rows, asked.Durations[i]);
            }

            questions.RemoveRange(0, asked.Answered);
            if (asked.Failure is PostgresException refused && !Failure.EndsSession(refused) && questions.Count > 0)
            {
                Refused(pass, questions, refused);
            }
            else if (asked.Failure is not null)
            {
                // A connection that was at hand may have died since the last pass; a new one decides whether the server is there.
                await session.CloseAsync();
                var again = mayReconnect && !cancellationToken.IsCancellationRequested;
                mayReconnect = false;
                if (!again || !await OpenAsync(pass, cancellationToken))
                {
                    pass.EndRest(Outcome.Failed(Failure.Describe(asked.Failure, target), (asked.Failure as PostgresException)?.SqlState));
                    return;
                }
            }
        }
    }

    private void Refused(PassInProgress pass, List<Question> questions, PostgresException refused)
    {
        var question = questions[0];
        if (refused.SqlState == PostgresErrorCodes.UndefinedColumn
            && MissingColumn.Remove(question.Statement.Sql, refused.Position, question.Metric.FieldNames) is var (sql, column))
        {
            var learned = new LearnedStatement(sql, [.. question.Statement.Missing, column]);
            _learned[question.Metric.Name] = learned;
            questions[0] = question with { Statement = learned };
            return;
        }

        _troubled.Add(question.Metric.Name);
        pass.End(question.Metric, Failure.OutcomeOf(refused, session.Facts!));
        questions.RemoveAt(0);
    }

    private sealed record LearnedStatement(string Sql, IReadOnlyList<string> Missing);

    private sealed record Question(MetricDefinition Metric, MetricFile File, LearnedStatement Statement)
    {
        public RowReader NewReader()
        {
            var reader = new RowReader(Metric, File);
            foreach (var column in Statement.Missing)
            {
                reader.Missing(column);
            }

            return reader;
        }
    }
}
