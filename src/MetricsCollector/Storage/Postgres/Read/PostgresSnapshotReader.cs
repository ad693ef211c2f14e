using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Reads snapshots from PostgreSQL.</summary>
public sealed class PostgresSnapshotReader(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, TimeProvider? time = null)
    : ISnapshotReader
{
    private const string CollectionSql =
        """
        SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.finished_at AS finishedat, c.status,
               c.unreachable, c.round_trips AS roundtrips, c.outcomes::text AS outcomes
        FROM collections c
        JOIN targets t ON t.target_id = c.target_id
        WHERE c.collection_id = @id
        """;

    private const string CollectionsPageSql =
        """
        SELECT c.collection_id AS id, t.name AS target, c.trigger, c.started_at AS startedat, c.finished_at AS finishedat, c.status,
               c.unreachable, c.round_trips AS roundtrips, c.outcomes::text AS outcomes
        FROM collections c
        JOIN targets t ON t.target_id = c.target_id
        WHERE (@target::text IS NULL OR c.target_id = (SELECT target_id FROM targets WHERE name = @target))
          AND (@before::uuid IS NULL OR c.collection_id < @before)
        ORDER BY c.collection_id DESC
        LIMIT @limit
        """;

    private const string SeriesFindSql =
        """
        SELECT s.series_id, t.name, m.name, s.labels::text, s.attributes::text, s.first_seen, s.last_seen
        FROM series s
        JOIN targets t ON t.target_id = s.target_id
        JOIN metric_definitions m ON m.metric_id = s.metric_id
        WHERE (@Target::text IS NULL OR t.name = @Target)
          AND (@Metric::text IS NULL OR m.name = @Metric)
          AND s.labels @> @labels::jsonb
          AND (@afterId = 0 OR (t.name, m.name, s.series_id) > (
            SELECT at.name, am.name, a.series_id
            FROM series a
            JOIN targets at ON at.target_id = a.target_id
            JOIN metric_definitions am ON am.metric_id = a.metric_id
            WHERE a.series_id = @afterId))
        ORDER BY t.name, m.name, s.series_id
        LIMIT @limit
        """;

    /// <summary>What pages of packed history share.</summary>
    internal UnpackedCache Unpacked { get; init; } = new(64 << 20);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredSeries>> FindSeriesAsync(
        SeriesFilter filter, int afterId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredSeries>>(
            async connection =>
            {
                if (LabelFilter.ToJson(filter) is not { } labels)
                {
                    return [];
                }

                var rows = await connection.QueryAsync<(int Id, string Target, string Metric, string Labels, string Attributes,
                    DateTime First, DateTime Last)>(
                    new CommandDefinition(
                        SeriesFindSql,
                        new { filter.Target, filter.Metric, labels, afterId, limit },
                        cancellationToken: cancellationToken));
                return [.. rows.Select(row => new StoredSeries(
                    row.Id,
                    new SeriesKey(row.Target, row.Metric, LabelSet.FromJson(row.Labels)),
                    AttributesJson.Read(row.Attributes),
                    new DateTimeOffset(row.First),
                    new DateTimeOffset(row.Last)))];
            },
            cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<SeriesSamples> ReadSamplesAsync(
        SeriesFilter filter, IReadOnlyList<string> fields, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack,
        CancellationToken cancellationToken) =>
        new SamplesQuery(store).ReadAsync(filter, fields, from, to, lookBack, null, cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<SeriesSamples> ReadSummariesAsync(
        SeriesFilter filter,
        IReadOnlyList<string> fields,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan lookBack,
        SummaryRequest summaries,
        CancellationToken cancellationToken) =>
            new SamplesQuery(store).ReadAsync(filter, fields, from, to, lookBack, summaries, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredInterval>> ReadIntervalsAsync(string? target, string metric, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredInterval>>(
            async connection =>
            {
                const string Sql =
                    """
                    SELECT t.name, i.since, i.every
                    FROM metric_intervals i JOIN metric_definitions m USING (metric_id) JOIN targets t USING (target_id)
                    WHERE m.name = @metric AND (@target::text IS NULL OR t.name = @target)
                    ORDER BY t.name, i.since
                    """;
                var rows = await connection.QueryAsync<(string Target, DateTime Since, TimeSpan Every)>(
                    new CommandDefinition(Sql, new { target, metric }, cancellationToken: cancellationToken));
                return [.. rows.Select(row => new StoredInterval(row.Target, new DateTimeOffset(row.Since), row.Every))];
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<(string Target, DateTimeOffset At)>> ReadCollectedInstantsAsync(
        string? target, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(string Target, DateTimeOffset At)>>(
            async connection =>
            {
                const string Sql =
                    """
                    SELECT t.name, c.started_at
                    FROM collections c JOIN targets t USING (target_id)
                    WHERE c.started_at BETWEEN @from AND @to AND (@target::text IS NULL OR t.name = @target)
                      AND c.outcomes ? @metric AND NOT c.outcomes -> @metric ?| '{outcome,leftOut}'
                    ORDER BY t.name, c.started_at
                    """;
                var rows = await connection.QueryAsync<(string Target, DateTime At)>(new CommandDefinition(
                    Sql, new { target, metric, from = from.UtcDateTime, to = to.UtcDateTime }, cancellationToken: cancellationToken));
                return [.. rows.Select(row => (row.Target, new DateTimeOffset(row.At)))];
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<OutcomeChange>> ReadOutcomeChangesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => new OutcomeChangesQuery(connection, target, from, to, lookBack).ReadAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Snapshot>> ReadSnapshotsAsync(SnapshotRange range, CancellationToken cancellationToken) =>
        ReadAsync(connection => new SnapshotsQuery(connection, range, Unpacked).ReadAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Snapshot>> ReadLatestAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            async connection =>
            {
                var rows = await connection.QueryAsync<(int TargetId, string Target, DateTime CollectedAt, string Metric, string Outcome,
                    string? Unreachable)>(
                    new CommandDefinition(
                        StoreSql.Get("latest_heads"),
                        new { until = ((time ?? TimeProvider.System).GetUtcNow() + LatestSnapshots.MostAhead).UtcDateTime },
                        cancellationToken: cancellationToken));
                var heads = rows.Select(row => new SnapshotHead(
                    row.TargetId, row.Target, new DateTimeOffset(row.CollectedAt), OutcomeJson.ReadOne(
                        row.Metric, row.Outcome, row.Unreachable)));
                return await SnapshotAssembly.ReadAsync(connection, [.. heads], "{}", null, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredCollection>> ReadCollectionsAsync(
        string? target, Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredCollection>>(
            async connection =>
            {
                var rows = await connection.QueryAsync<CollectionRow>(
                    new CommandDefinition(CollectionsPageSql, new { target, before, limit }, cancellationToken: cancellationToken));
                return [.. rows.Select(row => row.ToCollection())];
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<StoredCollection?> ReadCollectionAsync(Guid id, CancellationToken cancellationToken) =>
        ReadAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<CollectionRow>(
                    new CommandDefinition(CollectionSql, new { id }, cancellationToken: cancellationToken));
                return row?.ToCollection();
            },
            cancellationToken);

    private Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) =>
        StoreFailure.GuardAsync(async () =>
    {
        await using var session = await ReadSession.OpenAsync(store, cancellationToken);
        return await read(session.Connection);
    });
}
