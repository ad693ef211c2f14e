using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;

namespace MetricsCollector.Collection.Scheduling;

/// <summary>Runs the scheduled collections of one target until it is disposed of.</summary>
internal sealed partial class ScheduledTarget(
    TargetCollector collector, CollectorClocks clocks, ConnectionLimiter limiter, ScheduleLateness punctuality, TimeProvider time,
    ILogger logger)
    : IAsyncDisposable
{
    // The wall clock and the steady one may part: no sleep is trusted for longer.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts it, once.</summary>
    /// <param name="wait">How long before the first collection.</param>
    /// <param name="onTick">Whether that is the time of a tick.</param>
    public void Start(TimeSpan wait, bool onTick) => _running = Task.WhenAll(
        Task.Run(() => RunAsync(wait, onTick, _stop.Token), CancellationToken.None),
        Task.Run(() => SampleAsync(_stop.Token), CancellationToken.None));

    /// <summary>Begins no more collections, and waits for the one that runs.</summary>
    /// <param name="giveUp">Breaks that collection off.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        await _stop.CancelAsync();
        await using var _ = giveUp.Register(_giveUp.Cancel);
        await _running;
    }

    /// <summary>Ends it; a collection that runs is cancelled, and what it asked for stays due.</summary>
    public async ValueTask DisposeAsync()
    {
        await _giveUp.CancelAsync();
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task RunAsync(TimeSpan wait, bool onTick, CancellationToken stopping)
    {
        var failures = 0;
        var retry = DateTimeOffset.MaxValue;
        var tick = clocks.Monotonic.Now + wait;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var now = clocks.Monotonic.Now;
                if (now < tick && now < retry)
                {
                    var schedule = collector.Schedule;
                    await SleepAsync(tick < retry ? tick : retry, now, schedule.Replaced, stopping);
                    if (collector.Schedule != schedule)
                    {
                        // Ticks that the new schedule would have had before now did not exist, so nobody is late for them.
                        var next = collector.Schedule.Next(clocks.Monotonic.Now);
                        tick = next < tick ? next : tick;
                    }

                    continue;
                }

                if (now >= tick || await IsBackAsync(stopping))
                {
                    tick = await RunTickAsync(onTick && now >= tick ? tick : null, stopping);
                    onTick = true;
                }

                failures = collector.State.Status == TargetStatus.Down ? failures + 1 : 0;
                retry = failures == 0
                    ? DateTimeOffset.MaxValue
                    : clocks.Monotonic.Now + Backoff.After(failures, collector.Schedule.Shortest, Random.Shared.NextDouble());
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || _giveUp.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (collector.Broke(exception))
                {
                    Log.CollectionFailed(logger, collector.Target.Name, exception);
                }

                tick = collector.Schedule.Next(clocks.Monotonic.Now);
                retry = DateTimeOffset.MaxValue;
            }
        }
    }

    private async Task SampleAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(collector.SampleInterval ?? LongestSleep, time, stopping);
                if (collector.SampleInterval is not null && collector.State.Status != TargetStatus.Down)
                {
                    await collector.SampleAsync(_giveUp.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || _giveUp.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.SamplingFailed(logger, collector.Target.Name, exception);
            }
        }
    }

    private async Task SleepAsync(DateTimeOffset until, DateTimeOffset now, Task wake, CancellationToken stopping)
    {
        var delay = until - now;
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // Timers have a resolution of a millisecond and cut off the rest.
        await Task.WhenAny(Task.Delay(delay < LongestSleep ? delay + TimeSpan.FromMilliseconds(1) : LongestSleep, time, awake.Token), wake);
        await awake.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<bool> IsBackAsync(CancellationToken stopping)
    {
        using var permit = new CollectionPermit(limiter);
        await permit.ConnectAsync(unreachable: true, stopping);
        return await collector.TryOpenAsync(stopping);
    }

    private async Task<DateTimeOffset> RunTickAsync(DateTimeOffset? tick, CancellationToken stopping)
    {
        var unreachable = collector.State.Status == TargetStatus.Down;
        var schedule = collector.Schedule;
        using (var permit = new CollectionPermit(limiter))
        {
            await ((collector.IsConnected, unreachable) switch
            {
                (true, false) => permit.ExecuteAsync(stopping),
                (true, true) => permit.ExecuteFirstAsync(stopping),
                _ => permit.ConnectAsync(unreachable, stopping),
            });
            if (await collector.RunDueAsync(tick, permit, _giveUp.Token))
            {
                punctuality.Began(collector.State.Lateness);
            }
        }

        var next = collector.Schedule.Next(clocks.Monotonic.Now);
        // Where the schedule changed meanwhile, the ticks of neither count: the new one had none yet, and those of the old one are no more.
        if (tick is { } at && collector.Schedule == schedule && schedule.TicksBetween(at, next) is > 0 and var skipped)
        {
            collector.Skipped(skipped);
            if (!unreachable && collector.State.Status != TargetStatus.Down)
            {
                punctuality.Skipped(skipped);
            }
        }

        return next;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Collecting from {Target} failed unexpectedly; the next collection runs on schedule")]
        public static partial void CollectionFailed(ILogger logger, string target, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "Sampling {Target} failed unexpectedly; the next sample is taken on time")]
        public static partial void SamplingFailed(ILogger logger, string target, Exception exception);
    }
}
