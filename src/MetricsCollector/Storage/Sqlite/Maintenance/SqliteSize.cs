using Dapper;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Sqlite.Maintenance;

/// <summary>Measures the file. What comes each day is counted over the last hours; that many samples are taken to lie in all of the history
/// held.</summary>
internal sealed class SqliteSize(SqliteFile file)
{
    /// <summary>Holds most metrics at their intervals, and is read in a fraction of a second.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(3);

    /// <summary>Less history says nothing about a day.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    /// <summary>Measures.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read.</exception>
    public StoreSize Read(RetentionPolicy policy) => SqliteFailure.Guard(file.Path, () =>
    {
        using var connection = file.OpenReader();
        using var transaction = connection.BeginTransaction(deferred: true);
        var (used, bytes, oldest, newest) = connection.QuerySingle<(long Used, long Bytes, long? Oldest, long? Newest)>(SqliteSql.Get("store_size"));
        if (oldest is not { } from || newest is not { } to || TimeSpan.FromMilliseconds(to - from) is var held && held < Shortest)
        {
            return new StoreSize(oldest is { } first ? UnixMilliseconds.ToInstant(first) : null, bytes, null, null, null);
        }

        var window = held < Window ? held : Window;
        var perDay = connection.Query<(string Metric, double Samples)>(
            SqliteSql.Get("store_share"), new { since = to - (long)window.TotalMilliseconds })
            .Select(share => (share.Metric, Samples: share.Samples / window.TotalDays, Kept: policy.Of(share.Metric)))
            .ToList();
        var samples = perDay.Sum(share => share.Samples * Math.Min(held.TotalDays, share.Kept.TotalDays));
        var perSample = samples > 0 ? used / samples : default(double?);
        return new StoreSize(
            UnixMilliseconds.ToInstant(from),
            bytes,
            perSample is { } one ? Math.Round(one, 3) : null,
            (long?)(perSample * perDay.Sum(share => share.Samples)),
            perSample is { } each ? Math.Max(bytes, (long)(each * perDay.Sum(share => share.Samples * share.Kept.TotalDays))) : null);
    });
}
