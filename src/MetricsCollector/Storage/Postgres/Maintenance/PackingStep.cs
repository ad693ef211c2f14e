using Dapper;
using MetricsCollector.Storage.Packing;
using MetricsCollector.Storage.Postgres.Partitions;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>
/// One transaction of packing: takes the rows of some series out of a partition and puts them back packed. Whoever reads sees the
/// rows before or after, and a kill in the middle leaves them as they were.
/// </summary>
/// <param name="Partition">Where rows are taken from.</param>
/// <param name="IsRaw">Whether they are rows of metrics_raw; else they are packed hours.</param>
/// <param name="Into">Where they are put.</param>
/// <param name="Window">What one packed row spans.</param>
/// <param name="MostSeries">At most so many series at once: bounds the memory.</param>
/// <param name="Distributed">Whether the tables are distributed.</param>
internal sealed record PackingStep(
    PartitionRange Partition, bool IsRaw, PartitionedTable Into, TimeSpan Window, int MostSeries, bool Distributed)
{
    // The series of some partition that have rows, lowest number first.
    private const string PackSeriesSql =
        """
        SELECT series_id
        FROM {partition}
        GROUP BY series_id
        ORDER BY series_id
        LIMIT @limit
        """;

    // Takes out exactly the rows it returns: what is written meanwhile stays and is taken the next time.
    private const string PackTakeRawSql =
        """
        DELETE FROM {partition}
        WHERE series_id = ANY(@series)
        RETURNING series_id, collected_at, readings
        """;

    // One collector packs at a time; released with the transaction, so that it works through PgBouncer too.
    private const string PackLockSql = "SELECT pg_try_advisory_xact_lock(@key)";

    private const string PackTakePackedSql =
        """
        DELETE FROM {table}
        WHERE series_id = ANY(@series) AND starts_at >= @from AND starts_at < @to
        RETURNING series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, packings, ends, readings, summaries
        """;

    /// <summary>Any number that other programs on the same database do not use: "packing" in hexadecimal ASCII.</summary>
    private const long AdvisoryLock = 0x7061636b696e67;

    /// <summary>What came of it.</summary>
    public enum Outcome
    {
        /// <summary>Some series were packed; there may be more.</summary>
        Packed,

        /// <summary>There was nothing to pack.</summary>
        Nothing,

        /// <summary>Another collector is packing.</summary>
        Busy,
    }

    /// <summary>Packs some series.</summary>
    public async Task<Outcome> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await PackAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Another collector packed it and dropped it.
            return Outcome.Nothing;
        }
    }

    /// <summary>Takes the lock that packed history is changed under, until the end of the transaction.</summary>
    /// <returns>Whether no other collector has it.</returns>
    public static Task<bool> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(PackLockSql, new { key = AdvisoryLock }, cancellationToken: cancellationToken));

    private async Task<Outcome> PackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await LockAsync(connection, cancellationToken))
        {
            return Outcome.Busy;
        }

        if (Distributed)
        {
            await Distribution.SetUpWriteAsync(connection, cancellationToken);
        }

        int[] series = [.. await connection.QueryAsync<int>(new CommandDefinition(
            Sql(PackSeriesSql), new { limit = MostSeries }, transaction, cancellationToken: cancellationToken))];
        if (series.Length == 0)
        {
            return Outcome.Nothing;
        }

        // What is packed already comes first: where a row is in both, the one that was packed stays.
        var rows = series.ToDictionary(id => id, _ => new List<StoredRow>());
        await TakePackedAsync(connection, Into.Name, series, rows, cancellationToken);
        await (IsRaw
            ? TakeRawAsync(connection, series, rows, cancellationToken)
            : TakePackedAsync(connection, Partition.Name, series, rows, cancellationToken));
        await PackedRows.CopyAsync(connection, Into.Name, Pack(rows), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Outcome.Packed;
    }

    private string Sql(string sql) => sql.Replace("{partition}", Partition.Name, StringComparison.Ordinal);

    private IEnumerable<(int Series, PackedWindow Window)> Pack(Dictionary<int, List<StoredRow>> rows) =>
        from series in rows
        from window in series.Value.DistinctBy(row => row.At).OrderBy(row => row.At).GroupBy(row => row.At.UtcTicks / Window.Ticks)
        select (series.Key, WindowPacker.Pack([.. window]));

    private async Task TakeRawAsync(
        NpgsqlConnection connection, int[] series, Dictionary<int, List<StoredRow>> rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql(PackTakeRawSql), connection);
        command.Parameters.AddWithValue("series", series);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt32(0)].Add(new StoredRow(reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<double?[]>(2)));
        }
    }

    private async Task TakePackedAsync(
        NpgsqlConnection connection, string table, int[] series, Dictionary<int, List<StoredRow>> rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            PackTakePackedSql.Replace("{table}", table, StringComparison.Ordinal), connection);
        command.Parameters.AddWithValue("series", series);
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, Partition.From.UtcDateTime);
        command.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, Partition.To.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (id, window) = PackedRows.Read(reader);
            rows[id].AddRange(window.Unpack());
        }
    }
}
