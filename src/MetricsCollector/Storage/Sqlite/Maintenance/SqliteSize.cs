using Dapper;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Sqlite.Maintenance;

/// <summary>Measures the file. What comes each day is counted over the last hours; that many samples are taken to lie in all of the history
/// held.</summary>
internal sealed class SqliteSize(SqliteFile file)
{
    // Every collection says how many rows of each metric it brought.
    private const string StoreShareSql =
        """
        SELECT m.name, sum(o.value ->> 'rows') * json_array_length(m.fields) * 1.0
        FROM collections c
        JOIN json_each(c.outcomes) o
        JOIN metric_definitions m ON m.name = o.key
        WHERE c.started_at > @since
        GROUP BY m.metric_id
        HAVING sum(o.value ->> 'rows') > 0
        """;

    private const string StoreSizeSql =
        """
        SELECT (p.page_count - f.freelist_count) * s.page_size, p.page_count * s.page_size,
               (SELECT min(started_at) FROM collections), (SELECT max(started_at) FROM collections)
        FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s
        """;

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
        var (used, bytes, oldest, newest) = connection.QuerySingle<(long Used, long Bytes, long? Oldest, long? Newest)>(StoreSizeSql);
        if (oldest is not { } from || newest is not { } to || TimeSpan.FromMilliseconds(to - from) is var held && held < Shortest)
        {
            return new StoreSize(oldest is { } first ? UnixMilliseconds.ToInstant(first) : null, bytes, null, null, null);
        }

        var window = held < Window ? held : Window;
        var perDay = connection.Query<(string Metric, double Samples)>(
            StoreShareSql, new { since = to - (long)window.TotalMilliseconds })
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
