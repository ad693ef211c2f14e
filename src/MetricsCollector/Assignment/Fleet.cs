using MetricsCollector.Collection.Scheduling;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Assignment;

/// <summary>
/// Sees to it that every target that settings or the API name is collected by one collector of the store: follows changes of the
/// settings, shares with the others, and starts and stops the schedules of single targets.
/// </summary>
internal sealed partial class Fleet(
    CollectionSettings settings,
    TargetCollectors collectors,
    SavedTargetSet saved,
    ITargetLeases leases,
    LeaseName name,
    StoredLatest stored,
    DeliveryQueue queue,
    CollectorClocks clocks,
    ScheduleLateness punctuality,
    TimeProvider time,
    ILogger<Fleet> logger) : IAsyncDisposable
{
    // What waits longer is spooled or lost, and the next collector must not wait with it.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan OthersAreRead = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private readonly ScheduledTargets _loops = new(settings.Current.Options.MaxParallelTargets, clocks, punctuality, time, logger);
    private LeaseView? _view;
    private long? _othersRead;
    private string? _lost;
    private bool _stopped;

    /// <summary>Which collector collects what.</summary>
    public FleetState State { get; private set; } = new() { Name = name.Name };

    /// <summary>How long until the next look: often enough to take over from a dead collector within one interval.</summary>
    public TimeSpan Period
    {
        get
        {
            var shortest = collectors.All.Count == 0
                ? TimeSpan.FromMinutes(1)
                : collectors.All.Min(collector => collector.Schedule.Shortest);
            return TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / 4, TimeSpan.TicksPerSecond / 4, TimeSpan.TicksPerSecond * 3));
        }
    }

    /// <summary>Looks at settings, saved targets and other collectors, and goes by what it sees.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_stopped)
            {
                return;
            }

            settings.Reload();
            var problems = await FollowSettingsAsync(cancellationToken);
            var surplus = await ShareAsync(problems, cancellationToken);
            await RunAsync(surplus, cancellationToken);
            await ObserveAsync(problems, cancellationToken);
            State = new FleetState
            {
                Name = name.Name,
                Collectors = [.. (_view?.Collectors ?? []).Select(one => (one.Name, one.Targets, one.Self))],
                Holders = _view?.Holders ?? new Dictionary<string, string>(),
                Problems = problems,
                Unshared = _lost,
            };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Begins no more collections, and waits for those that run; what was collected is with the writer.</summary>
    /// <param name="giveUp">Breaks those collections off.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        await _one.WaitAsync(CancellationToken.None);
        if (_stopped)
        {
            _one.Release();
            return;
        }

        _stopped = true;
        await Task.WhenAll(collectors.All.Select(collector => collector.FinishAsync(giveUp)).Prepend(_loops.StopAllAsync(giveUp)));
        _one.Release();
    }

    /// <summary>Lets the others take over.</summary>
    public async ValueTask DisposeAsync()
    {
        // Hosts may stop what they disposed of; then there is nothing left to stop.
        _stopped = true;
        await leases.DisposeAsync();
        _loops.Dispose();
    }

    private async Task<List<string>> FollowSettingsAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var current = settings.Current;
        _loops.Resize(current.Options.MaxParallelTargets);
        collectors.Reconfigure(current.Options);
        // Without an answer the saved targets that are known go on; the status says of the store that it is away.
        await AskStoreAsync(saved.RefreshAsync, cancellationToken);
        problems.AddRange(saved.Problems);
        var named = current.Targets.Names.ToHashSet(StringComparer.Ordinal);
        problems.AddRange(
            saved.Watched.Where(target => named.Contains(target.Name)).Select(target => $"target {target.Name} is named by the settings "
                + $"and over the API; the settings count: rename it there, or DELETE /api/v1/targets/{target.Name}"));
        var (gone, come) = await collectors.SetAsync(
            [.. current.Targets.Watched, .. saved.Watched.Where(target => !named.Contains(target.Name))],
            collector => _loops.StopAsync(collector.Target.Name));
        problems.AddRange(collectors.Problems);
        stored.Watch(collectors.All.Select(collector => collector.Target.Name));

        if (gone.Count + come.Count > 0)
        {
            Log.Targets(logger, Count(collectors.All.Count), Some(come), Some(gone));
        }

        return problems;
    }

    private async Task<IReadOnlyCollection<string>> ShareAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var before = _view;
            _view = await leases
                .ReconcileAsync([.. collectors.All.Select(collector => collector.Target.Name)], cancellationToken)
                .WaitAsync(cancellationToken);
            _lost = null;
            if (before is null || !before.Collectors
                .Select(one => one.Name)
                .SequenceEqual(_view.Collectors.Select(one => one.Name), StringComparer.Ordinal))
            {
                Log.Collectors(logger, string.Join(", ", _view.Collectors.Select(one => one.Name)));
            }

            if (_view.Passive is { } passive)
            {
                problems.Add(passive);
            }

            return _view.Surplus;
        }
        catch (StoreUnavailableException exception)
        {
            if (_lost is null)
            {
                Log.Lost(logger, exception.Message);
            }

            _lost = exception.Message;
            return [];
        }
    }

    private async Task RunAsync(IReadOnlyCollection<string> surplus, CancellationToken cancellationToken)
    {
        // Away from the store nobody can tell who collects what: better twice than not at all.
        var alone = _view is null || (_lost is not null && _view.Collectors.Count <= 1);
        var leaving = Portion(surplus);
        var mine = collectors.All
            .Where(collector => alone || _view!.Held.Contains(collector.Target.Name))
            .Select(collector => collector.Target.Name)
            .Except(leaving).ToHashSet(StringComparer.Ordinal);
        await _loops.HandOverAsync([.. _loops.Targets.Where(target => !mine.Contains(target))]);
        await ReleaseAsync(
            [.. leaving.Union((_view?.Held ?? new HashSet<string>()).Where(target => !mine.Contains(target)))], cancellationToken);
        var starting = collectors.All
            .Where(collector => mine.Contains(collector.Target.Name) && !_loops.Contains(collector.Target.Name))
            .ToList();
        if (starting.Count > 0)
        {
            await RememberAsync(starting, cancellationToken);
            // Many are let in one after the other: who waits longest comes first.
            starting.OrderBy(collector => collector.LastStart).ToList().ForEach(_loops.Start);
        }
    }

    // Few at a time, and with the most time until they are due: the next one has to connect to them first, and no tick is to be missed
    // meanwhile.
    private List<string> Portion(IReadOnlyCollection<string> surplus)
    {
        var now = clocks.Monotonic.Now;
        return [.. surplus.OrderByDescending(target => collectors.Find(target)?.Schedule.Next(now)).Take(_loops.Portion)];
    }

    private async Task ReleaseAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        if (targets.Count == 0 || _lost is not null)
        {
            return;
        }

        // The next one reads from the store what was collected last.
        try
        {
            await Task.WhenAll(targets
                .Select(target => collectors.Find(target)?.State.LastCollection?.Id)
                .OfType<Guid>()
                .Select(queue.LeavesAsync)).WaitAsync(StoreTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.Unstored(logger, Count(targets.Count));
        }

        try
        {
            await leases.ReleaseAsync(targets, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            _lost = exception.Message; // Released with the connection.
        }
    }

    private async Task RememberAsync(IReadOnlyList<TargetCollector> starting, CancellationToken cancellationToken)
    {
        // Without an answer everything is due.
        if (_view is not null)
        {
            await AskStoreAsync(stored.RefreshAsync, cancellationToken);
        }

        var known = stored.ByTarget();
        foreach (var collector in starting)
        {
            collector.Remember([.. known[collector.Target.Name]]);
        }
    }

    private async Task ObserveAsync(List<string> problems, CancellationToken cancellationToken)
    {
        var elsewhere = collectors.All.Where(collector => !_loops.Contains(collector.Target.Name)).ToList();
        if (elsewhere.Count == 0 || (_othersRead is { } read && time.GetElapsedTime(read) < OthersAreRead))
        {
            return;
        }

        if (await AskStoreAsync(stored.RefreshAsync, cancellationToken))
        {
            _othersRead = time.GetTimestamp();
        }
        else
        {
            problems.Add("what other collectors collected cannot be read while the store does not answer");
        }

        var known = stored.ByTarget();
        foreach (var collector in elsewhere)
        {
            await collector.ObserveAsync([.. known[collector.Target.Name]]);
        }
    }

    private async Task<bool> AskStoreAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StoreTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // The driver waits for a hanging server to acknowledge a cancellation; nobody here waits with it.
            await ask(either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
