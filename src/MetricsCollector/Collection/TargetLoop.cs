namespace MetricsCollector.Collection;

/// <summary>Runs the scheduled passes of one target until it is disposed of.</summary>
internal sealed partial class TargetLoop(TargetCollector collector, CollectorClocks clocks, PassPlaces places, Punctuality punctuality, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    // A changed plan is seen at the latest after this long.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts it, once.</summary>
    /// <param name="wait">How long before the first pass.</param>
    /// <param name="onTick">Whether that is the time of a tick.</param>
    public void Start(TimeSpan wait, bool onTick) => _running = Task.Run(() => RunAsync(wait, onTick, _stop.Token), CancellationToken.None);

    /// <summary>Begins no more passes, and waits for the one that runs.</summary>
    /// <param name="giveUp">Breaks that pass off.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        await _stop.CancelAsync();
        await using var _ = giveUp.Register(_giveUp.Cancel);
        await _running;
    }

    /// <summary>Ends it; a pass that runs is broken off, and what it asked for stays due.</summary>
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
        var tick = clocks.Steady.Now + wait;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var now = clocks.Steady.Now;
                if (now < tick && now < retry)
                {
                    await SleepAsync(tick < retry ? tick : retry, now, stopping);
                    var next = collector.Schedule.Next(now);
                    tick = next < tick ? next : tick;
                    continue;
                }

                if (now >= tick || await IsBackAsync(stopping))
                {
                    tick = await RunTickAsync(onTick && now >= tick ? tick : null, stopping);
                    onTick = true;
                }

                failures = collector.State.Status == TargetStatus.Down ? failures + 1 : 0;
                retry = failures == 0 ? DateTimeOffset.MaxValue : clocks.Steady.Now + Backoff.After(failures, collector.Schedule.Shortest, Random.Shared.NextDouble());
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || _giveUp.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.PassBroke(logger, collector.Target.Name, exception);
                tick = collector.Schedule.Next(clocks.Steady.Now);
            }
        }
    }

    private async Task SleepAsync(DateTimeOffset until, DateTimeOffset now, CancellationToken stopping)
    {
        var delay = until - now;
        // Timers have a resolution of a millisecond and cut off the rest.
        await Task.Delay(delay < LongestSleep ? delay + TimeSpan.FromMilliseconds(1) : LongestSleep, time, stopping);
    }

    private async Task<bool> IsBackAsync(CancellationToken stopping)
    {
        using var place = new PassPlace(places);
        await place.ConnectAsync(suspect: true, stopping);
        return await collector.TryOpenAsync(stopping);
    }

    private async Task<DateTimeOffset> RunTickAsync(DateTimeOffset? tick, CancellationToken stopping)
    {
        var suspect = collector.State.Status == TargetStatus.Down;
        using (var place = new PassPlace(places))
        {
            await ((collector.IsConnected, suspect) switch
            {
                (true, false) => place.AskAsync(stopping),
                (true, true) => place.AskFirstAsync(stopping),
                _ => place.ConnectAsync(suspect, stopping),
            });
            if (await collector.RunDueAsync(tick, place, _giveUp.Token))
            {
                punctuality.Began(collector.State.Lateness);
            }
        }

        var schedule = collector.Schedule;
        var next = schedule.Next(clocks.Steady.Now);
        if (tick is { } at && schedule.TicksBetween(at, next) is > 0 and var skipped)
        {
            collector.Skipped(skipped);
            if (!suspect && collector.State.Status != TargetStatus.Down)
            {
                punctuality.Skipped(skipped);
            }
        }

        return next;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A pass over target {Target} broke; the next one comes on schedule")]
        public static partial void PassBroke(ILogger logger, string target, Exception exception);
    }
}
