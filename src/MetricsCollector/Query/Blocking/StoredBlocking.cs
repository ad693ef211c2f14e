using System.Globalization;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Blocking;

/// <summary>Who waited for whom at an instant of the past.</summary>
public static class StoredBlocking
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The snapshot that tells: the newest at or before the instant that is not older than three intervals.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="target">The target.</param>
    /// <param name="at">The instant.</param>
    /// <param name="today">The interval where none was recorded.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>The snapshot, or why there is none.</returns>
    public static async Task<(Snapshot? Snapshot, string? Reason)> ReadAsync(
        ISnapshotReader reader, string target, DateTimeOffset at, TimeSpan today, CancellationToken cancellationToken)
    {
        var intervals = await QueriedIntervals.ReadAsync(reader, target, LockWaits.Metric, today, cancellationToken);
        var longest = intervals.Of(target).At(at) * GapRule.Intervals;
        var filter = new SeriesFilter(target, LockWaits.Metric);
        if (await NewestAsync(at - longest) is { } snapshot)
        {
            return (snapshot, null);
        }

        var before = await NewestAsync(DateTimeOffset.UnixEpoch);
        var stored = before is null
            ? "nothing is stored from before that time"
            : $"the last collection before that is of {Text(before.CollectedAt)}";
        return (null, FormattableString.Invariant(
            $"who waits for whom was not collected from '{target}' at {Text(at)} or in the {longest.TotalSeconds:0} s before; {stored}"));

        async Task<Snapshot?> NewestAsync(DateTimeOffset from) =>
            await reader.ReadSnapshotsAsync(new SnapshotRange(filter, from, at, Descending: true, Limit: 1), cancellationToken)
                is [var newest, ..] ? newest : null;
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
