using MetricsCollector.Collection.Sessions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Targets;

/// <content>Reading the sessions of now, which is no collection: nothing is stored, and what is known of the target stays.</content>
public sealed partial class TargetCollector
{
    private static readonly string[] ActivityNames = [ActivityMetrics.Sessions.Name, ActivityMetrics.LockWaits];

    /// <summary>Whether the sessions are being read, so that somebody who asks now shares the answer.</summary>
    internal bool IsReadingActivity => _manual.IsRunning(ActivityNames, store: false);

    /// <summary>
    /// Reads the sessions and who waits for whom, over the connection of the collections. Callers share what waits or runs already.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the reading goes on for the others who share it.</param>
    internal async Task<ActivityReading> ReadActivityAsync(CancellationToken cancellationToken) => ActivityReading.Of(
        await _manual.ShareAsync(
            ActivityNames, store: false, stopping => AloneAsync(() => ReadActivityAloneAsync(stopping), stopping), cancellationToken));

    private async Task<CollectionRun> ReadActivityAloneAsync(CancellationToken stopping)
    {
        var now = _clocks.Monotonic.Now;
        var start = DateTimeOffset.FromUnixTimeMilliseconds(_clocks.Snapshots.Now.ToUnixTimeMilliseconds());
        var reading = await RunAsync(
            [ActivityMetrics.Sessions, ActivityMetrics.Waits], CollectionTrigger.Manual, start, null, TimeSpan.MaxValue, stopping);
        await CloseIfIdleAsync(now);
        return _options.StatementTexts == OnOff.On
            ? reading
            : reading with { Snapshots = [.. reading.Snapshots.Select(StatementTexts.TakeOut)] };
    }

    // Where another collector collects the target, or the next collection is far off, the connection is not kept.
    private async Task CloseIfIdleAsync(DateTimeOffset now)
    {
        if (_elsewhere || (SampleInterval is null && _schedule.Next(now) - now > LongestIdle))
        {
            await _runner.CloseAsync();
        }
    }
}
