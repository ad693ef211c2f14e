using System.Globalization;

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

    /// <summary>How far the clock is ahead of the time that is believed, and why; zero and null when it is believed.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<(TimeSpan Ahead, string? Reason)> ReadAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await store.ReadClockAsync(cancellationToken) is not { } clock)
        {
            return await CompareWithHistoryAsync(now, policy.Default.Value, cancellationToken);
        }

        return now - clock <= Tolerance ? default : (now - clock, string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock says {now:u} and the store's says {clock:u}: "
            + $"history is removed by the store's clock until both agree; set this machine's clock"));
    }

    // A file has no clock. Where this one was right for a day, or for half of a shorter retention, something was stored that long ago.
    private async Task<(TimeSpan Ahead, string? Reason)> CompareWithHistoryAsync(
        DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        var proof = retention / 2 < Day ? retention / 2 : Day;
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
