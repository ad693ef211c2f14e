using Dapper;
using MetricsCollector.Storage.Postgres.Partitions;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>The steps that take rows of some series out of one partition and give the room back, each a short transaction.</summary>
/// <param name="connection">Where they run.</param>
/// <param name="partition">What they work on.</param>
/// <param name="table">Its parent.</param>
internal sealed class ExpiryStep(NpgsqlConnection connection, PartitionRange partition, PartitionedTable table)
{
    private const string ExpiredDeleteSql = "DELETE FROM {partition} WHERE series_id = ANY(@series)";

    // Packing writes series in the order of their numbers, so the last ones lie at the end.
    private const string TailSeriesSql =
        """
        SELECT series_id
        FROM {partition}
        WHERE series_id < @below
        GROUP BY series_id
        ORDER BY series_id DESC
        LIMIT @limit
        """;

    // The new copies fill the room of removed rows in front; what is packed stays packed.
    private const string TailMoveSql =
        """
        WITH moved AS (
          DELETE FROM {partition} WHERE series_id = ANY(@series) RETURNING *
        )
        INSERT INTO {partition} SELECT * FROM moved
        """;

    // Makes the room of removed rows fit for use, and gives back what lies at the end. Blocks neither readers nor writers.
    private const string PartitionVacuumSql = "VACUUM {partition}";

    private const string PartitionSizeSql = "SELECT {sizeOf}('{partition}'::regclass), (SELECT count(*) FROM {partition})";

    private const string ExpiredSeriesSql =
        """
        SELECT series_id
        FROM series
        WHERE metric_id = ANY(@metrics) AND series_id > @after
        ORDER BY series_id
        LIMIT @limit
        """;

    /// <summary>Less than this part of the rows is not worth moving others for: VACUUM cuts nothing shorter by less than a
    /// sixteenth.</summary>
    private const double WorthIt = 0.1;

    /// <summary>The more rounds, the more VACUUMs; the fewer, the more is moved in vain.</summary>
    private const int Rounds = 8;

    /// <summary>A day of a series is one row, packed hours are 24, raw rows 60 of an hour and more: about a thousand rows, or some
    /// megabytes.</summary>
    private readonly int _series = table == PartitionedTable.PackedDays ? 200 : 50;

    /// <summary>Removes the rows of the next series.</summary>
    /// <param name="metrics">Whose series.</param>
    /// <param name="after">The last series of the step before.</param>
    /// <param name="cancellationToken">Ends it without a change.</param>
    /// <returns>How many rows, and the last series; the greatest number when there are no more. Null when another collector is at
    /// it.</returns>
    public async Task<(int Removed, int Last)?> RemoveAsync(int[] metrics, int after, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await PackingStep.LockAsync(connection, cancellationToken))
        {
            return null;
        }

        int[] series = [.. await connection.QueryAsync<int>(new CommandDefinition(
            ExpiredSeriesSql, new { metrics, after, limit = _series }, transaction, cancellationToken: cancellationToken))];
        var removed = series.Length == 0
            ? 0
            : await connection.ExecuteAsync(
                new CommandDefinition(Sql(ExpiredDeleteSql), new { series }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return (removed, series.Length < _series ? int.MaxValue : series[^1]);
    }

    /// <summary>
    /// Moves rows from the end to the front, an eighth of them between two looks, as long as the partition gets smaller by it and until
    /// it has the size that befits what is left.
    /// </summary>
    public async Task GiveBackAsync(long removed, CancellationToken cancellationToken)
    {
        var (size, kept) = await SizeAsync(cancellationToken);
        if (removed < WorthIt * (kept + removed))
        {
            return;
        }

        var target = size * (double)kept / (kept + removed);
        var before = long.MaxValue;
        var below = int.MaxValue;
        await VacuumAsync(cancellationToken);
        while ((size = (await SizeAsync(cancellationToken)).Bytes) > target && size < before)
        {
            // Somebody's old snapshot may still need the removed rows: then nothing gets smaller, and this was the last round.
            before = size;
            for (var moved = 0L; moved < kept / Rounds;)
            {
                if (await MoveAsync(below, cancellationToken) is not var (rows, last))
                {
                    return;
                }

                moved += rows;
                below = last;
            }

            await VacuumAsync(cancellationToken);
        }
    }

    private string Sql(string sql) => sql.Replace("{partition}", partition.Name, StringComparison.Ordinal);

    private async Task<(int Moved, int Last)?> MoveAsync(int below, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await PackingStep.LockAsync(connection, cancellationToken))
            {
                return null;
            }

            int[] series = [.. await connection.QueryAsync<int>(new CommandDefinition(
                Sql(TailSeriesSql), new { below, limit = _series }, transaction, cancellationToken: cancellationToken))];
            if (series.Length == 0)
            {
                return null;
            }

            var moved = await connection.ExecuteAsync(
                new CommandDefinition(Sql(TailMoveSql), new { series }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return (moved, series[^1]);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            // A distributed table: its rows stay where they are, and the room is used again by nobody until the partition is dropped.
            return null;
        }
    }

    // As long as it takes: it holds nobody up.
    private async Task VacuumAsync(CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            new CommandDefinition(Sql(PartitionVacuumSql), commandTimeout: 0, cancellationToken: cancellationToken));

    private async Task<(long Bytes, long Rows)> SizeAsync(CancellationToken cancellationToken)
    {
        var sql = Distribution.Measure(Sql(PartitionSizeSql), await Distribution.ExistsAsync(connection, cancellationToken));
        return await connection.QuerySingleAsync<(long Bytes, long Rows)>(new CommandDefinition(sql, cancellationToken: cancellationToken));
    }
}
