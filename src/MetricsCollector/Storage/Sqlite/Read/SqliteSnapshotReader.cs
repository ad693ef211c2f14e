using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads snapshots from the file; what is read is one consistent state, whatever is written meanwhile.</summary>
internal sealed class SqliteSnapshotReader(SqliteFile file, TimeProvider? time = null) : ISnapshotReader
{
    private const string CollectionSql =
        """
        SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.duration_us AS duration, c.status,
               c.unreachable, c.round_trips AS roundtrips, c.outcomes
        FROM collections c
        JOIN targets t ON t.target_id = c.target_id
        WHERE c.collection_id = @id
        """;

    private const string CollectionsPageSql =
        """
        SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.duration_us AS duration, c.status,
               c.unreachable, c.round_trips AS roundtrips, c.outcomes
        FROM collections c
        JOIN targets t ON t.target_id = c.target_id
        WHERE (@target IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
          AND (@before IS NULL OR c.collection_id < @before)
        ORDER BY c.collection_id DESC
        LIMIT @limit
        """;

    private const string SeriesFindSql =
        """
        SELECT s.series_id, t.name, m.name, s.labels, s.attributes, s.first_seen, s.last_seen
        FROM series s
        JOIN targets t ON t.target_id = s.target_id
        JOIN metric_definitions m ON m.metric_id = s.metric_id
        WHERE (@target IS NULL OR t.name = @target)
          AND (@metric IS NULL OR m.name = @metric)
          AND (@labels IS NULL OR has_labels(s.labels, @labels))
          AND (@afterId = 0 OR (t.name, m.name, s.series_id) > (
            SELECT at.name, am.name, a.series_id
            FROM series a
            JOIN targets at ON at.target_id = a.target_id
            JOIN metric_definitions am ON am.metric_id = a.metric_id
            WHERE a.series_id = @afterId))
        ORDER BY t.name, m.name, s.series_id
        LIMIT @limit
        """;

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredSeries>> FindSeriesAsync(
        SeriesFilter filter, int afterId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredSeries>>(
            connection =>
            {
                if (!SqliteLabels.TryWrite(filter, out var labels))
                {
                    return [];
                }

                var rows =
                    connection.Query<(long Id, string Target, string Metric, string Labels, string Attributes, long First, long Last)>(
                    SeriesFindSql, new { target = filter.Target, metric = filter.Metric, labels, afterId, limit });
                return [.. rows.Select(row => new StoredSeries(
                    (int)row.Id,
                    new SeriesKey(row.Target, row.Metric, LabelSet.FromJson(row.Labels)),
                    AttributesJson.Read(row.Attributes),
                    UnixMilliseconds.ToInstant(row.First),
                    UnixMilliseconds.ToInstant(row.Last)))];
            },
            cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<SeriesSamples> ReadSamplesAsync(
        SeriesFilter filter, IReadOnlyList<string> fields, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack,
        CancellationToken cancellationToken) =>
        new SqliteSamplesQuery(file).ReadAsync(filter, fields, from, to, lookBack, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredInterval>> ReadIntervalsAsync(string? target, string metric, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredInterval>>(
            connection =>
            {
                const string Sql =
                    """
                    SELECT t.name, i.since, i.every
                    FROM metric_intervals i JOIN metric_definitions m USING (metric_id) JOIN targets t USING (target_id)
                    WHERE m.name = @metric AND (@target IS NULL OR t.name = @target)
                    ORDER BY t.name, i.since
                    """;
                var rows = connection.Query<(string Target, long Since, long Every)>(Sql, new { target, metric });
                return [.. rows.Select(row => new StoredInterval(
                    row.Target, UnixMilliseconds.ToInstant(row.Since), TimeSpan.FromMilliseconds(row.Every)))];
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<(string Target, DateTimeOffset At)>> ReadCollectedInstantsAsync(
        string? target, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(string Target, DateTimeOffset At)>>(
            connection =>
            {
                const string Sql =
                    """
                    SELECT t.name, c.started_at
                    FROM collections c JOIN targets t USING (target_id)
                    WHERE c.started_at BETWEEN @from AND @to AND (@target IS NULL OR t.name = @target)
                      AND json_extract(c.outcomes, '$.' || @metric || '.rows') IS NOT NULL
                      AND json_extract(c.outcomes, '$.' || @metric || '.outcome') IS NULL
                      AND json_extract(c.outcomes, '$.' || @metric || '.leftOut') IS NULL
                    ORDER BY t.name, c.started_at
                    """;
                var rows = connection.Query<(string Target, long At)>(
                    Sql, new { target, metric, from = UnixMilliseconds.Ceiling(from), to = UnixMilliseconds.Floor(to) });
                return [.. rows.Select(row => (row.Target, UnixMilliseconds.ToInstant(row.At)))];
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<OutcomeChange>> ReadOutcomeChangesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => new SqliteOutcomeChangesQuery(connection, target, from, to, lookBack).Read(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Snapshot>> ReadSnapshotsAsync(SnapshotRange range, CancellationToken cancellationToken) =>
        ReadAsync(connection => new SqliteSnapshotsQuery(connection, range).Read(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Snapshot>> ReadLatestAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            connection => SqliteSnapshotAssembly.Read(connection, SqliteHeads.Read(
                connection,
                "latest_heads",
                new { until = UnixMilliseconds.Ceiling((time ?? TimeProvider.System).GetUtcNow() + LatestSnapshots.MostAhead) }), null),
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredCollection>> ReadCollectionsAsync(
        string? target, Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredCollection>>(
            connection => [.. connection
                .Query<SqliteCollectionRow>(
                    CollectionsPageSql, new { target, before = before?.ToByteArray(bigEndian: true), limit })
                .Select(row => row.ToCollection())],
            cancellationToken);

    /// <inheritdoc />
    public Task<StoredCollection?> ReadCollectionAsync(Guid id, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => connection
                .QuerySingleOrDefault<SqliteCollectionRow>(CollectionSql, new { id = id.ToByteArray(bigEndian: true) })?
                .ToCollection(),
            cancellationToken);

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(SqliteFailure.Guard(file.Path, () =>
        {
            using var connection = file.OpenReader();
            using var transaction = connection.BeginTransaction(deferred: true);
            return read(connection);
        }));
    }
}
