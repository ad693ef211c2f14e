using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>
/// Reads pages of stored snapshots. Walks the range in windows that double, so that a page costs what it holds and not what the
/// range holds.
/// </summary>
internal sealed class SqliteSnapshotsQuery(SqliteConnection connection, SnapshotRange range)
{
    /// <summary>About what a page of a hundred snapshots spans.</summary>
    private const long FirstWindow = 600_000;

    private SnapshotPosition? _after = range.After;

    /// <summary>Reads one page.</summary>
    public IReadOnlyList<Snapshot> Read(CancellationToken cancellationToken)
    {
        if (!SqliteLabels.TryWrite(range.Filter, out var labels) || Bounds(labels) is not var (from, to))
        {
            return [];
        }

        var snapshots = new List<Snapshot>();
        for (var span = FirstWindow; from <= to && snapshots.Count < range.Limit; span *= 2)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (windowFrom, windowTo) = range.Descending ? (Math.Max(from, to - span), to) : (from, Math.Min(to, from + span));
            ReadWindow(windowFrom, windowTo, labels, snapshots, cancellationToken);
            (from, to) = range.Descending ? (from, windowFrom - 1) : (windowTo + 1, to);
        }

        return snapshots;
    }

    private void ReadWindow(long from, long to, string? labels, List<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        int asked;
        IReadOnlyList<SnapshotHead> heads;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            asked = range.Limit - snapshots.Count;
            heads = ReadHeads(from, to, asked);
            if (heads.Count == 0)
            {
                return;
            }

            var read = SqliteSnapshotAssembly.Read(connection, heads, labels);
            snapshots.AddRange(labels is null ? read : read.Where(snapshot => snapshot.Rows.Count > 0));
            _after = heads[^1].Position;
        }
        while (heads.Count == asked && snapshots.Count < range.Limit);
    }

    /// <summary>The part of the range that can hold something; null when there is nothing.</summary>
    private (long From, long To)? Bounds(string? labels)
    {
        var (target, metric) = (range.Filter.Target, range.Filter.Metric);
        using var row = connection.ExecuteReader(SqliteSql.Get(labels is null ? "span" : "series_span"), new { target, metric, labels });
        if (!row.Read() || row.IsDBNull(0))
        {
            return null;
        }

        var from = Math.Max(UnixMilliseconds.Ceiling(range.From), row.GetInt64(0));
        var to = Math.Min(UnixMilliseconds.Floor(range.To), row.GetInt64(1));
        if (range.After is { CollectedAt: var after })
        {
            (from, to) = range.Descending
                ? (from, Math.Min(to, UnixMilliseconds.Ceiling(after)))
                : (Math.Max(from, UnixMilliseconds.Floor(after)), to);
        }

        return (from, to);
    }

    private IReadOnlyList<SnapshotHead> ReadHeads(long from, long to, int limit) => SqliteHeads.Read(
        connection,
        range.Descending ? "heads_newest_first" : "heads",
        new
        {
            target = range.Filter.Target,
            metric = range.Filter.Metric,
            from,
            to,
            limit,
            afterAt = _after?.CollectedAt.ToUnixTimeMilliseconds(),
            afterTarget = _after?.Target,
            afterMetric = _after?.Metric,
        });
}
