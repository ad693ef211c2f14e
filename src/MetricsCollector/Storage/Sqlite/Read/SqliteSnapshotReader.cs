using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads snapshots from the file; what is read is one consistent state, whatever is written meanwhile.</summary>
internal sealed class SqliteSnapshotReader(SqliteFile file, TimeProvider? time = null) : ISnapshotReader
{
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

                var rows = connection.Query<(long Id, string Target, string Metric, string Labels, string Attributes, long First, long Last)>(
                    SqliteSql.Get("series_find"), new { target = filter.Target, metric = filter.Metric, labels, afterId, limit });
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
        SeriesFilter filter, IReadOnlyList<string> fields, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken) =>
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
                    SqliteSql.Get("collections_page"), new { target, before = before?.ToByteArray(bigEndian: true), limit })
                .Select(row => row.ToCollection())],
            cancellationToken);

    /// <inheritdoc />
    public Task<StoredCollection?> ReadCollectionAsync(Guid id, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => connection
                .QuerySingleOrDefault<SqliteCollectionRow>(SqliteSql.Get("collection"), new { id = id.ToByteArray(bigEndian: true) })?
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
