using System.Diagnostics;
using MetricsCollector.Targets;
using MetricsCollector.Targets.Composition;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Watches a connection for a first sign of life. Halfway through the time that a server has for it, a second connection is tried: it
/// tells a server that is silent from a connection that died on the way. So both are known within one timeout.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
internal sealed class SilenceWatch(Target target, SessionLimits limits)
{
    /// <summary>Watches until the session has heard from the server, or its round trips ended.</summary>
    /// <param name="session">The session that asks.</param>
    /// <param name="before">What it knew of the server before it asked.</param>
    /// <param name="asking">Its round trips.</param>
    /// <param name="silence">Is cancelled when the server does not answer this session.</param>
    /// <returns>Another session, which the server answered instead; null when there is none.</returns>
    public async Task<ITargetSession?> WatchAsync(ITargetSession session, ServerFacts? before, Task asking, CancellationTokenSource silence)
    {
        var began = Stopwatch.GetTimestamp();
        if (await EndsAsync(asking, limits.Timeout / 2) || !ReferenceEquals(before, session.Facts))
        {
            return null;
        }

        var second = await ConnectAsync(asking);
        if (second is null && limits.Timeout - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            await EndsAsync(asking, left);
        }

        if (!asking.IsCompleted && ReferenceEquals(before, session.Facts))
        {
            await silence.CancelAsync();
            return second;
        }

        if (second is not null)
        {
            await second.DisposeAsync();
        }

        return null;
    }

    private static async Task<bool> EndsAsync(Task asking, TimeSpan wait)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny(asking, Task.Delay(wait, enough.Token));
        await enough.CancelAsync();
        return first == asking;
    }

    /// <returns>A session that the server answered; null when it is refused or silent too, or is no longer needed.</returns>
    private async Task<ITargetSession?> ConnectAsync(Task asking)
    {
        using var patience = new CancellationTokenSource(limits.Timeout / 2);
        var session = TargetSessions.Create(target, limits);
        var opening = session.OpenAsync(patience.Token);
        if (await Task.WhenAny(opening, asking) == asking)
        {
            await patience.CancelAsync();
        }

        try
        {
            await opening;
            return session;
        }
        catch (Exception)
        {
            // Why does not matter: the first connection keeps its time, and tells its own reason.
            await session.DisposeAsync();
            return null;
        }
    }
}
