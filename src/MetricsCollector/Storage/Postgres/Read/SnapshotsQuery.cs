using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>
/// Reads pages of stored snapshots. Walks the range in windows that double, so that a page costs what it holds and not what the
/// range holds.
/// </summary>
internal sealed class SnapshotsQuery(NpgsqlConnection connection, SnapshotRange range, UnpackedCache unpacked)
{
    // The newest row of a series lies less than 10 minutes after last_seen.
    private const string SeriesSpanSql =
        """
        SELECT min(s.first_seen), max(s.last_seen) + interval '10 minutes'
        FROM series s
        JOIN targets t ON t.target_id = s.target_id
        JOIN metric_definitions m ON m.metric_id = s.metric_id
        WHERE (@target::text IS NULL OR t.name = @target)
          AND (@metric::text IS NULL OR m.name = @metric)
          AND s.labels @> @labels::jsonb
        """;

    private const string SnapshotsSpanSql =
        """
        SELECT min(n.oldest), max(n.newest)
        FROM targets t
        CROSS JOIN LATERAL (
          SELECT (SELECT c.started_at FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at LIMIT 1) AS oldest,
                 (SELECT c.started_at FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at DESC LIMIT 1) AS newest) n
        WHERE @target::text IS NULL OR t.name = @target
        """;

    /// <summary>About what a page of a hundred snapshots spans.</summary>
    private static readonly TimeSpan FirstWindow = TimeSpan.FromMinutes(10);

    private SnapshotPosition? _after = range.After;

    /// <summary>Reads one page.</summary>
    public async Task<IReadOnlyList<Snapshot>> ReadAsync(CancellationToken cancellationToken)
    {
        var labels = LabelFilter.ToJson(range.Filter);
        var bounds = labels is null ? null : await BoundsAsync(labels, cancellationToken);
        if (bounds is not var (from, to))
        {
            return [];
        }

        var snapshots = new List<Snapshot>();
        for (var span = FirstWindow; from <= to && snapshots.Count < range.Limit; span *= 2)
        {
            // Both ends belong to a window: the last window ends with the last instant of the range.
            var (windowFrom, windowTo) = range.Descending ? (Later(from, to - span), to) : (from, Earlier(to, from + span));
            await ReadWindowAsync(windowFrom, windowTo, labels!, snapshots, cancellationToken);
            (from, to) = range.Descending
                ? (from, windowFrom.AddTicks(-TimeSpan.TicksPerMicrosecond))
                : (windowTo.AddTicks(TimeSpan.TicksPerMicrosecond), to);
        }

        return snapshots;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private async Task ReadWindowAsync(
        DateTimeOffset from, DateTimeOffset to, string labels, List<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        int asked;
        IReadOnlyList<SnapshotHead> heads;
        do
        {
            asked = range.Limit - snapshots.Count;
            heads = await ReadHeadsAsync(from, to, asked, cancellationToken);
            if (heads.Count == 0)
            {
                return;
            }

            var read = await SnapshotAssembly.ReadAsync(
                connection, heads, labels, new ReadAhead(unpacked, range.Descending), cancellationToken);
            snapshots.AddRange(range.Filter.Labels is null or [] ? read : read.Where(snapshot => snapshot.Rows.Count > 0));
            _after = heads[^1].Position;
        }
        while (heads.Count == asked && snapshots.Count < range.Limit);
    }

    /// <summary>
    /// The part of the range that can hold something: what is stored at all, and with labels, what their series span.
    /// Null when there is nothing.
    /// </summary>
    private async Task<(DateTimeOffset From, DateTimeOffset To)?> BoundsAsync(string labels, CancellationToken cancellationToken)
    {
        var (target, metric) = (range.Filter.Target, range.Filter.Metric);
        var (oldest, newest) = await connection.QuerySingleAsync<(DateTime? Oldest, DateTime? Newest)>(range.Filter.Labels is null or []
            ? new CommandDefinition(SnapshotsSpanSql, new { target }, cancellationToken: cancellationToken)
            : new CommandDefinition(SeriesSpanSql, new { target, metric, labels }, cancellationToken: cancellationToken));
        if (oldest is null || newest is null)
        {
            return null;
        }

        var from = Later(range.From, new DateTimeOffset(oldest.Value));
        var to = Earlier(range.To, new DateTimeOffset(newest.Value));
        if (range.After is { CollectedAt: var after })
        {
            (from, to) = range.Descending ? (from, Earlier(to, after)) : (Later(from, after), to);
        }

        return (from, to);
    }

    private async Task<IReadOnlyList<SnapshotHead>> ReadHeadsAsync(
        DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(int TargetId, string Target, DateTime CollectedAt, string Metric, string Outcome,
            string? Unreachable)>(
            new CommandDefinition(
                StoreSql.Get(range.Descending ? "snapshot_heads_newest_first" : "snapshot_heads"),
                new
                {
                    target = range.Filter.Target,
                    metric = range.Filter.Metric,
                    from = from.UtcDateTime,
                    to = to.UtcDateTime,
                    limit,
                    afterAt = _after?.CollectedAt.UtcDateTime,
                    afterTarget = _after?.Target,
                    afterMetric = _after?.Metric,
                },
                cancellationToken: cancellationToken));
        return [.. rows.Select(row => new SnapshotHead(
            row.TargetId, row.Target, new DateTimeOffset(row.CollectedAt), OutcomeJson.ReadOne(row.Metric, row.Outcome, row.Unreachable)))];
    }
}
