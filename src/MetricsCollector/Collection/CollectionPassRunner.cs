using System.Net.Sockets;
using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>
/// Runs one pass over one target: the server's metrics and those of the database at hand in one round trip, then one further database
/// after the other, each with a connection that is closed before the next.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="topRows">The cap on rows of metrics that have one.</param>
/// <param name="time">The clock.</param>
internal sealed class CollectionPassRunner(Target target, SessionLimits limits, int topRows, TimeProvider time) : IAsyncDisposable
{
    private readonly TargetSession _session = new(target, limits);
    private readonly PassMemory _memory = new(topRows);

    /// <summary>What the server said of itself last.</summary>
    public ServerFacts? Facts => _session.Facts;

    /// <summary>Host and port that the last connection led to; null before the first.</summary>
    public string? Server => _session.Server;

    /// <summary>Whether there is a connection at hand, which may turn out to be dead.</summary>
    public bool IsConnected => _session.IsOpen;

    /// <summary>Runs a pass; every exception of the target becomes an outcome.</summary>
    /// <param name="metrics">What to ask for.</param>
    /// <param name="trigger">What started the pass.</param>
    /// <param name="startedAt">The instant its snapshots carry.</param>
    /// <param name="place">The slot of a scheduled pass; null for one that somebody asked for, which waits for none.</param>
    /// <param name="stopping">Ends the pass without a result: the collector stops.</param>
    /// <exception cref="OperationCanceledException">The collector stops.</exception>
    public async Task<CollectionPass> RunAsync(
        IReadOnlyList<MetricDefinition> metrics, CollectionTrigger trigger, DateTimeOffset startedAt, PassPlace? place, CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        var pass = new PassInProgress(target, metrics, trigger, startedAt);
        try
        {
            await AskServerAsync(pass, place, stopping);
            await AskFurtherDatabasesAsync(pass, stopping);
        }
        finally
        {
            stopping.ThrowIfCancellationRequested();
        }

        return pass.Finish(startedAt + time.GetElapsedTime(began), _memory.Attributes);
    }

    /// <summary>Whether the server lets us in; the connection stays open for the next pass.</summary>
    public async Task<bool> TryOpenAsync(CancellationToken stopping)
    {
        using var deadline = Deadline(stopping);
        try
        {
            await _session.OpenAsync(deadline.Token);
            return true;
        }
        catch (Exception exception) when (IsOfTheServer(exception) && !stopping.IsCancellationRequested)
        {
            await _session.CloseAsync();
            return false;
        }
    }

    /// <summary>Closes the connection; the next pass makes a new one.</summary>
    public Task CloseAsync() => _session.CloseAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task AskServerAsync(PassInProgress pass, PassPlace? place, CancellationToken stopping)
    {
        using (var connecting = Deadline(stopping))
        {
            if (!await OpenAsync(pass, connecting.Token))
            {
                return;
            }
        }

        await (place?.AskFirstAsync(stopping) ?? Task.CompletedTask);
        using var deadline = Deadline(stopping);
        var conversation = new DatabaseConversation(target, _session, _memory);
        var mayReconnect = pass.RoundTrips == 0;
        var (questions, skipped) = Questions(pass.Metrics, _session.Facts!, first: true);
        while (true)
        {
            var (cut, unanswered) = await conversation.AskAsync(questions, pass, deadline.Token);
            if (cut is null && skipped.Count > 0)
            {
                // What was skipped by what was known before may be there by now: the facts are those of this answer.
                cut = questions.Count == 0 && mayReconnect ? await RefreshFactsAsync(pass, deadline.Token) : null;
                if (cut is null)
                {
                    var metrics = skipped.ConvertAll(skip => skip.Metric);
                    (questions, skipped) = Questions(metrics, _session.Facts!, first: true);
                    skipped.ForEach(skip => pass.Add(skip.Metric, skip.Answer));
                    skipped.Clear();
                    if (questions.Count > 0)
                    {
                        continue;
                    }
                }
            }

            if (cut is null)
            {
                pass.Databases++;
                return;
            }

            // A connection that was at hand may have died since the last pass; a new one decides whether the server is there.
            await _session.CloseAsync();
            if (!mayReconnect || deadline.IsCancellationRequested)
            {
                skipped.ForEach(skip => pass.Add(skip.Metric, skip.Answer));
                conversation.Lost(pass, unanswered, cut);
                return;
            }

            mayReconnect = false;
            if (!await OpenAsync(pass, deadline.Token))
            {
                return;
            }

            questions = [.. unanswered];
        }
    }

    private async Task AskFurtherDatabasesAsync(PassInProgress pass, CancellationToken stopping)
    {
        var metrics = pass.Metrics.Where(metric => metric.Scope == MetricScope.Database).ToList();
        if (metrics.Count == 0 || _session.Facts is not { } facts || !_session.IsOpen)
        {
            return;
        }

        foreach (var database in facts.Databases.Where(database => database != facts.Database && target.WantsDatabase(database)))
        {
            using var deadline = Deadline(stopping);
            await using var session = new TargetSession(target, limits, database);
            try
            {
                // Only what needs an extension has to know the database before it asks.
                var known = metrics.Exists(metric => metric.Requires is not null) ? null : facts;
                await session.OpenAsync(deadline.Token, known);
                pass.RoundTrips += known is null ? 1 : 0;
            }
            catch (Exception exception) when (IsOfTheServer(exception))
            {
                metrics.ForEach(metric => pass.Add(metric, MetricAnswer.Without(database, RefusedDatabase(exception, database, facts))));
                continue;
            }

            var conversation = new DatabaseConversation(target, session, _memory);
            var (questions, skipped) = Questions(pass.Metrics, session.Facts!, first: false);
            skipped.ForEach(skip => pass.Add(skip.Metric, skip.Answer));
            var (cut, unanswered) = await conversation.AskAsync(questions, pass, deadline.Token);
            if (cut is not null)
            {
                conversation.Lost(pass, unanswered, cut);
            }

            pass.Databases++;
        }
    }

    private async Task<bool> OpenAsync(PassInProgress pass, CancellationToken cancellationToken)
    {
        try
        {
            if (await _session.OpenAsync(cancellationToken))
            {
                pass.RoundTrips++;
            }

            _memory.Refresh(_session.Facts!);
            return true;
        }
        catch (Exception exception) when (IsOfTheServer(exception))
        {
            await _session.CloseAsync();
            pass.Unreachable(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);
            return false;
        }
    }

    private (List<Question> Questions, List<(MetricDefinition Metric, MetricAnswer Answer)> Skipped) Questions(
        IEnumerable<MetricDefinition> metrics, ServerFacts facts, bool first)
    {
        var questions = new List<Question>();
        var skips = new List<(MetricDefinition Metric, MetricAnswer Answer)>();
        foreach (var metric in metrics.Where(metric => !metric.Computed && IsAskedIn(facts.Database, metric, first)))
        {
            var database = metric.Scope == MetricScope.Database ? facts.Database : null;
            var (file, skipped) = Applicability.Choose(metric, facts);
            if (file is null)
            {
                skips.Add((metric, MetricAnswer.Without(database, skipped!)));
            }
            else
            {
                questions.Add(_memory.Recall(new Question(metric, file, file.SqlFor(facts.Major), [], database)
                {
                    MissingRemedy = file.Requires is { } required ? ExtensionRemedy.Update(required, facts) : null,
                }));
            }
        }

        return (questions, skips);
    }

    private async Task<Exception?> RefreshFactsAsync(PassInProgress pass, CancellationToken cancellationToken)
    {
        pass.RoundTrips++;
        return (await _session.AskAsync([], static (_, _, _) => Task.CompletedTask, cancellationToken)).Failure;
    }

    private bool IsAskedIn(string database, MetricDefinition metric, bool first) =>
        metric.Scope == MetricScope.Database ? target.WantsDatabase(database) : first;

    // Connecting and one slow statement may each take their whole limit; more than both is a database that does not answer.
    private CancellationTokenSource Deadline(CancellationToken stopping)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout * 2);
        return deadline;
    }

    private Outcome RefusedDatabase(Exception exception, string database, ServerFacts facts) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused
            && facts.ClosedDatabases.Contains(database)
            ? RefusedStatement.OutcomeOf(refused, Grants.Connect(database, facts.RoleName))
            : Outcome.Failed(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);

    private static bool IsOfTheServer(Exception exception) =>
        exception is NpgsqlException or OperationCanceledException or TimeoutException or IOException or SocketException or InvalidOperationException or ArgumentException;
}
