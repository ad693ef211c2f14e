using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;

namespace MetricsCollector.Collection.Scheduling;

/// <summary>The schedules that run here, one for each target that this collector collects. Not for two callers at once.</summary>
/// <param name="count">How many collections may ask at once.</param>
/// <param name="clocks">The clocks.</param>
/// <param name="punctuality">What is told how late collections begin.</param>
/// <param name="time">The time.</param>
/// <param name="logger">The log.</param>
internal sealed class ScheduledTargets(
    int count, CollectorClocks clocks, ScheduleLateness punctuality, TimeProvider time, ILogger logger) : IDisposable
{
    // Most collections take a fraction of it.
    private static readonly TimeSpan MaxHold = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ScheduledTarget> _loops = new(StringComparer.Ordinal);
    private readonly ConnectionLimiter _places = new(count, time);

    /// <summary>The targets whose schedules run.</summary>
    public IReadOnlyCollection<string> Targets => _loops.Keys;

    /// <summary>How many targets change hands at once: twice as many as connect at once.</summary>
    public int Portion => _places.NewConnections.Count * 2;

    /// <summary>Changes how many collections may ask at once; those that work go on.</summary>
    public void Resize(int count) => _places.Resize(count);

    /// <summary>Whether a target's schedule runs.</summary>
    public bool Contains(string target) => _loops.ContainsKey(target);

    /// <summary>Starts the schedule of a target that has none.</summary>
    public void Start(TargetCollector collector)
    {
        var loop = new ScheduledTarget(collector, clocks, _places, punctuality, time, logger);
        _loops.Add(collector.Target.Name, loop);
        if (collector.IsOverdue)
        {
            // What was missed is due at once, many of them in turns; it has no tick to be late for.
            loop.Start(TimeSpan.Zero, onTick: false);
        }
        else
        {
            // A tick that another collector or run already saw to is not seen to again.
            var now = clocks.Monotonic.Now;
            loop.Start(collector.Schedule.Next(now) - now, onTick: true);
        }
    }

    /// <summary>Ends the schedule of a target, if it runs, and breaks its collection off.</summary>
    public async Task StopAsync(string target)
    {
        if (_loops.TryGetValue(target, out var loop))
        {
            await loop.DisposeAsync();
            _loops.Remove(target);
        }
    }

    /// <summary>Ends schedules that another collector is to go on with.</summary>
    public async Task HandOverAsync(IReadOnlyCollection<string> targets)
    {
        // A collection that runs may end: cancelled, it would be missing until the next one has connected. Nobody waits long for a silent
        // server.
        using var patience = new CancellationTokenSource(MaxHold, time);
        await Task.WhenAll(targets.Select(target => _loops[target].StopAsync(patience.Token)));
        foreach (var target in targets)
        {
            await StopAsync(target);
        }
    }

    /// <summary>Begins no more collections, and waits for those that run.</summary>
    /// <param name="giveUp">Breaks those collections off.</param>
    public async Task StopAllAsync(CancellationToken giveUp)
    {
        await Task.WhenAll(_loops.Values.Select(loop => loop.StopAsync(giveUp)));
        await Task.WhenAll(_loops.Values.Select(loop => loop.DisposeAsync().AsTask()));
        _loops.Clear();
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();
}
