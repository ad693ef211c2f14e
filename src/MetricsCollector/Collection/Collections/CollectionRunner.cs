using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.Composition;
using Npgsql;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Runs one collection of one target: the server's metrics and those of the connected database in one round trip, then one further
/// database after the other, each with a connection that is closed before the next.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="topRows">The cap on rows of metrics that have one.</param>
/// <param name="samples">Whether something is sampled between the collections.</param>
/// <param name="texts">Whether texts of statements are read.</param>
/// <param name="time">The clock.</param>
internal sealed partial class CollectionRunner(
    Target target, SessionLimits limits, int topRows, bool samples, bool texts, TimeProvider time)
    : IAsyncDisposable
{
    // A statement that ends the connection costs a new one; what is left after a few of them has its turn next time.
    private const int MostCuts = 3;

    private readonly CollectionMemory _memory = new(topRows, samples, texts);
    private readonly RelationNames _relations = new(target, limits, time);
    private readonly SilenceWatch _watch = new(target, limits);
    private ITargetSession _session = TargetSessions.Create(target, limits);

    /// <summary>What the server said of itself last.</summary>
    public ServerFacts? Facts => _session.Facts;

    /// <summary>Host and port that the last connection led to; null before the first.</summary>
    public string? Server => _session.Server;

    /// <summary>Whether there is an open connection, which may turn out to be dead.</summary>
    public bool IsConnected => _session.IsOpen;

    /// <summary>The metrics that had no turn in the last collection and are still due.</summary>
    public IReadOnlyCollection<string> StillDue { get; private set; } = [];

    /// <summary>Another server than that of <see cref="Facts"/> that the last collection reached; null when there was none.</summary>
    public ServerFacts? Another { get; private set; }

    /// <summary>Runs a collection; every exception, of the target, the driver or a conversion, becomes an outcome.</summary>
    /// <param name="metrics">What to ask for.</param>
    /// <param name="trigger">What started the collection.</param>
    /// <param name="startedAt">The instant its snapshots carry.</param>
    /// <param name="permit">The slot of a scheduled collection; null for one that somebody asked for, which waits for none.</param>
    /// <param name="within">How long visits to further databases may take in all.</param>
    /// <param name="stopping">Ends the collection without a result: the collector stops.</param>
    /// <exception cref="OperationCanceledException">The collector stops.</exception>
    public async Task<CollectionRun> RunAsync(
        IReadOnlyList<MetricDefinition> metrics,
        CollectionTrigger trigger,
        DateTimeOffset startedAt,
        CollectionPermit? permit,
        TimeSpan within,
        CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        var collection = new CollectionInProgress(target, metrics, trigger, startedAt);
        try
        {
            if (await AskServerAsync(collection, permit, stopping) && _session.Facts is { } facts)
            {
                await new OtherEncodings(target, limits, _memory).ExecuteAsync(collection, _session, stopping);
                var further = new FurtherDatabases(target, limits, _memory, new QueryChoice(target, _memory));
                await further.VisitAsync(collection, _session, facts, within, stopping);
                await _relations.ResolveAsync(collection, facts, stopping);
            }
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            await CloseAsync();
            collection.Unreachable(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);
        }
        finally
        {
            stopping.ThrowIfCancellationRequested();
        }

        StillDue = collection.StillDue;
        Another = collection.Another;
        return collection.Finish(startedAt + time.GetElapsedTime(began), _memory.Attributes, _memory.Sampling, Steady(began));
    }

    /// <summary>Whether the server lets us in; the connection stays open for the next collection.</summary>
    public async Task<bool> TryOpenAsync(CancellationToken stopping)
    {
        using var deadline = ConnectDeadline(stopping);
        try
        {
            await _session.OpenAsync(deadline.Token);
            return true;
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            await CloseAsync();
            return false;
        }
    }

    /// <summary>Closes the connection; the next collection makes a new one.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await _session.CloseAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A connection that cannot even be closed is let go: the next collection makes another.
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    /// <returns>Whether the server is there.</returns>
    private async Task<bool> AskServerAsync(CollectionInProgress collection, CollectionPermit? permit, CancellationToken stopping)
    {
        if (!await OpenAsync(collection, stopping))
        {
            return false;
        }

        await (permit?.ExecuteFirstAsync(stopping) ?? Task.CompletedTask);
        using var deadline = Deadline(stopping);
        var isNew = collection.RoundTrips > 0;
        var queries = new QueryChoice(target, _memory);
        var (questions, skipped) = queries.For(collection.Metrics, _session.Facts!, first: true);
        var (cuts, unheard) = (0, 0);
        while (true)
        {
            var asked = _session;
            var conversation = new DatabaseCollector(target, asked, _memory, collection, collection.Server);
            var (cut, unanswered, silent) = await WatchedAsync(conversation, asked, questions, deadline.Token);
            if (cut is null && skipped.Count > 0)
            {
                // What was skipped by what was known before may be there by now: the facts are those of this answer.
                cut = questions.Count == 0 && !isNew ? await RefreshFactsAsync(collection, deadline.Token) : null;
                if (cut is null)
                {
                    conversation.Commit();
                    var metrics = skipped.ConvertAll(skip => skip.Metric);
                    (questions, skipped) = queries.For(metrics, _session.Facts!, first: true);
                    skipped.ForEach(skip => collection.Add(skip.Metric, skip.Answer));
                    skipped.Clear();
                    if (questions.Count > 0)
                    {
                        continue;
                    }
                }
            }

            // Answers may be lost when the session ends. Then no metric can be blamed, and the same metrics are asked again.
            cuts += conversation.Heard ? 1 : 0;
            unheard += conversation.Heard ? 0 : 1;
            if (silent)
            {
                conversation.Commit();
                skipped.ForEach(skip => collection.Add(skip.Metric, skip.Answer));
                collection.Unreachable(Failure.Describe(new TimeoutException(), target), null);
                return false;
            }

            switch (cut)
            {
                case null:
                    conversation.Commit();
                    collection.Databases++;
                    return true;
                case AnotherServerException:
                    skipped.ForEach(skip => conversation.Add(skip.Metric, skip.Answer));
                    conversation.Fail(unanswered, Outcome.Failed(cut.Message));
                    conversation.Commit();
                    return true;
            }

            var over = deadline.IsCancellationRequested || cuts >= MostCuts || unheard >= MostCuts;
            if (ReferenceEquals(asked, _session))
            {
                await CloseAsync();
            }

            // A connection that was open may have died since the last collection; a new one decides whether the server is there.
            if (conversation.Heard)
            {
                unanswered = conversation.Blame(unanswered, cut);
                if (over)
                {
                    conversation.HadNoTurn(unanswered, cut);
                    unanswered = [];
                }
            }
            else if (isNew && over)
            {
                skipped.ForEach(skip => conversation.Add(skip.Metric, skip.Answer));
                conversation.Commit();
                collection.Unreachable(Failure.Describe(cut, target), (cut as PostgresException)?.SqlState);
                return false;
            }

            conversation.Commit();
            isNew = true;
            var version = asked.Facts?.VersionNum;
            if (!await OpenAsync(collection, stopping))
            {
                return false;
            }

            // The server that answers now may have been restarted since what was skipped was decided, or be of another version.
            var chosen = skipped.ConvertAll(skip => skip.Metric);
            if (_session.Facts!.VersionNum != version)
            {
                chosen.AddRange(unanswered.Select(question => question.Metric));
                unanswered = [];
            }

            var (more, still) = queries.For(chosen, _session.Facts!, first: true);
            still.ForEach(skip => collection.Add(skip.Metric, skip.Answer));
            skipped.Clear();
            questions = [.. unanswered, .. more];
            if (questions.Count == 0)
            {
                return true;
            }
        }
    }

    private async Task<(Exception? Cut, IReadOnlyList<MetricQuery> Unanswered, bool Silent)> WatchedAsync(
        DatabaseCollector conversation, ITargetSession asked, IReadOnlyList<MetricQuery> questions, CancellationToken deadline)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var before = asked.Facts;
        var asking = conversation.ExecuteAsync(questions, silence.Token);
        var second = await _watch.WatchAsync(asked, before, asking, silence);
        var (cut, unanswered) = await asking;
        if (second is not null)
        {
            _session = second;
            await asked.DisposeAsync();
            return (cut, unanswered, false);
        }

        var silent = cut is not null && !conversation.Heard && silence.IsCancellationRequested && !deadline.IsCancellationRequested;
        return (cut, unanswered, silent);
    }

    private async Task<Exception?> RefreshFactsAsync(CollectionInProgress collection, CancellationToken cancellationToken)
    {
        collection.RoundTrips++;
        return (await _session.ExecuteAsync([], static (_, _, _) => Task.CompletedTask, cancellationToken)).Failure;
    }

    private async Task<bool> OpenAsync(CollectionInProgress collection, CancellationToken stopping)
    {
        using var deadline = ConnectDeadline(stopping);
        try
        {
            if (await _session.OpenAsync(deadline.Token))
            {
                collection.RoundTrips++;
            }

            _memory.Refresh(_session.Facts!);
            return true;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            await CloseAsync();
            collection.Unreachable(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);
            return false;
        }
    }

    // Each host of a list may be silent for its whole time.
    private CancellationTokenSource ConnectDeadline(CancellationToken stopping) =>
        Deadline(stopping, 1 + (target.Connection.Host?.Count(letter => letter == ',') ?? 0));

    // One slow statement may take its whole limit; twice that is a database that does not answer.
    private CancellationTokenSource Deadline(CancellationToken stopping, int times = 2)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout * times);
        return deadline;
    }
}
