using System.Globalization;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Says how far this machine's clock is to be believed before history is removed by it. A clock that jumped ahead, by a wrong setting or a
/// virtual machine that was restored, must not remove everything at once.
/// </summary>
/// <param name="store">The store, whose server may have a clock of its own.</param>
/// <param name="reader">What is stored.</param>
/// <param name="time">This machine's clock.</param>
internal sealed class RetentionClock(IStore store, ISnapshotReader reader, TimeProvider time)
{
    /// <summary>Machines may differ by so much: an hour of history more or less is of no importance.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly WallClockSteps _steps = new(time);

    /// <summary>How far the clock is ahead of the time that is believed, and why; zero and null when it is believed.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<(TimeSpan Ahead, string? Reason)> ReadAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var proof = ProofOf(policy.Default.Value);
        if (await store.ReadClockAsync(cancellationToken) is not { } clock)
        {
            var (ahead, reason) = await CompareWithHistoryAsync(now, proof, cancellationToken);
            return reason is null ? CompareWithTimer(now, proof) : (ahead, reason);
        }

        // A store on the same machine has the same clock: that both agree proves nothing.
        return now - clock <= Tolerance ? CompareWithTimer(now, proof) : (now - clock, string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock says {now:u} and the store's says {clock:u}: "
            + $"history is removed by the store's clock until both agree; set this machine's clock"));
    }

    private static TimeSpan ProofOf(TimeSpan retention) => retention / 2 < Day ? retention / 2 : Day;

    // What the clock gained on the timer while this program ran. One that stays ahead for so long is right.
    private (TimeSpan Ahead, string? Reason) CompareWithTimer(DateTimeOffset now, TimeSpan proof)
    {
        var ahead = _steps.AheadWithin(proof);
        if (ahead <= Tolerance)
        {
            return default;
        }

        var gained = new Snapshots.Duration(TimeSpan.FromSeconds(Math.Round(ahead.TotalSeconds)));
        return (ahead, string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock says {now:u} and went ahead by {gained} "
            + $"while the collector ran: expired history is removed by the clock as it was until "
            + $"{new Snapshots.Duration(proof)} after that; set this machine's clock if it is wrong"));
    }

    // A file has no clock. Where this one was right for a day, or for half of a shorter retention, something was stored that long ago.
    private async Task<(TimeSpan Ahead, string? Reason)> CompareWithHistoryAsync(
        DateTimeOffset now, TimeSpan proof, CancellationToken cancellationToken)
    {
        var before = await reader.ReadCollectionsAsync(null, Guid.CreateVersion7(now - proof), 1, cancellationToken);
        if (before is not [var newest] || newest.StartedAt >= now - (proof * 2))
        {
            return default;
        }

        return (now - proof - newest.StartedAt, string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock says {now:u}, and nothing was stored between {newest.StartedAt:u} and {now - proof:u}: "
            + $"either the collector was off, or the clock "
            + $"jumped ahead; expired history is removed when the collector has run for {new Snapshots.Duration(proof)}"));
    }
}
