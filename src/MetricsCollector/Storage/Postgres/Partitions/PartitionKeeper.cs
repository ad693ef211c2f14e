using System.Collections.Immutable;
using Dapper;
using MetricsCollector.Storage.Composition;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Partitions;

/// <summary>
/// Makes partitions before they are needed, and on demand for late data; drops those that hold only expired history. Several
/// collectors may do so at once. Remembers what exists until told to <see cref="Reset"/>.
/// </summary>
public sealed class PartitionKeeper([FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, TimeProvider time)
{
    private const string PartitionCreateSql =
        """
        SET LOCAL lock_timeout = '1s';
        CREATE TABLE IF NOT EXISTS {partition} PARTITION OF {parent} FOR VALUES FROM ('{from}') TO ('{to}')
        """;

    private const string PartitionDropSql =
        """
        SET LOCAL lock_timeout = '1s';
        DROP TABLE IF EXISTS {partition}
        """;

    // Whoever makes it, as an administrator who runs a step of the schema, the role of the service packs and drops it.
    private const string PartitionGiveSql = "ALTER TABLE {partition} OWNER TO {owner}";

    private const string PartitionIsEmptySql = "SELECT NOT EXISTS (SELECT 1 FROM {partition})";

    private const string PartitionLockParentSql =
        """
        SET LOCAL lock_timeout = '1s';
        LOCK TABLE ONLY {parent} IN ACCESS EXCLUSIVE MODE
        """;

    // The owner of a table, unless it is who asks, or could not make partitions itself.
    private const string PartitionOwnerSql =
        """
        SELECT quote_ident(r.rolname)
        FROM pg_class c
        JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = to_regclass(@table) AND r.rolname <> current_user AND has_schema_privilege(r.oid, c.relnamespace, 'CREATE')
        """;

    // The schema that search_path leads to: partitions go where their parent is.
    private const string SchemaNameSql =
        """
        SELECT quote_ident(n.nspname)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass('metrics_raw')
        """;

    /// <summary>A statement on a partition locks its parent for a moment: rather try again than make every reader queue behind a long
    /// one.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(200);

    private ImmutableDictionary<string, ImmutableArray<PartitionRange>> _known =
        ImmutableDictionary<string, ImmutableArray<PartitionRange>>.Empty;

    /// <summary>Makes the partitions for the time around now: an hour back and three ahead for rows, a day back and two ahead for
    /// collections.</summary>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    /// <exception cref="StoreUnavailableException">The role may not create partitions.</exception>
    public async Task CreateAheadAsync(CancellationToken cancellationToken)
    {
        Reset();
        var now = time.GetUtcNow();
        foreach (var table in PartitionedTable.Written)
        {
            await EnsureAsync(table, table.StartsAround(now), cancellationToken);
        }
    }

    /// <summary>Makes the partitions that instants need, whether past or future; asks the store only when it does not know them.</summary>
    /// <inheritdoc cref="CreateAheadAsync" path="/exception" />
    public async ValueTask EnsureAsync(IReadOnlyCollection<DateTimeOffset> instants, CancellationToken cancellationToken)
    {
        foreach (var table in PartitionedTable.Written)
        {
            await EnsureAsync(table, instants, cancellationToken);
        }
    }

    /// <summary>Drops the partitions that hold nothing younger than the retention.</summary>
    /// <returns>How many were dropped; those that somebody is reading stay until the next time.</returns>
    /// <inheritdoc cref="CreateAheadAsync" path="/exception" />
    public async Task<int> DropExpiredAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var dropped = 0;
        var oldest = time.GetUtcNow() - retention;
        foreach (var table in PartitionedTable.All)
        {
            foreach (var partition in await ReadAsync(table, cancellationToken))
            {
                if (partition.To <= oldest && await TryExecuteAsync(DropSql(partition), cancellationToken))
                {
                    dropped++;
                }
            }
        }

        Reset();
        return dropped;
    }

    /// <summary>Forgets what exists: after an error, the store is asked again.</summary>
    public void Reset() => _known = _known.Clear();

    private static bool Covers(ImmutableArray<PartitionRange> ranges, DateTimeOffset instant)
    {
        // The newest come last and are the ones that are written to.
        for (var i = ranges.Length - 1; i >= 0; i--)
        {
            if (ranges[i].From <= instant && instant < ranges[i].To)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Drops a partition from which all rows were taken; one that somebody is reading stays until the next time.</summary>
    /// <returns>Whether it is empty, or gone.</returns>
    internal async Task<bool> DropIfEmptyAsync(PartitionedTable table, PartitionRange partition, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsEmptyAsync(partition, cancellationToken))
            {
                return false;
            }

            var parent = $"{await StoreSchemaAsync(cancellationToken)}.{table.Name}";
            await TryAsync(
                (connection, transaction) => DropIfEmptyAsync(connection, transaction, parent, partition, cancellationToken),
                cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Another collector was faster: it is gone.
        }

        Reset();
        return true;
    }

    internal async Task EnsureAsync(PartitionedTable table, IEnumerable<DateTimeOffset> instants, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault(table.Name, []);
        var missing = instants.Where(instant => !Covers(known, instant)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        known = await ReadAsync(table, cancellationToken);
        var starts = missing.Where(instant => !Covers(known, instant)).Select(table.StartOf).Distinct().ToList();
        foreach (var start in starts)
        {
            await CreateAsync(table, start, cancellationToken);
        }

        if (starts.Count > 0)
        {
            await ReadAsync(table, cancellationToken);
        }
    }

    private async Task CreateAsync(PartitionedTable table, DateTimeOffset start, CancellationToken cancellationToken)
    {
        var schema = await StoreSchemaAsync(cancellationToken);
        var partition = $"{schema}.{table.PartitionName(start)}";
        var sql = PartitionCreateSql
            .Replace("{partition}", partition, StringComparison.Ordinal)
            .Replace("{parent}", $"{schema}.{table.Name}", StringComparison.Ordinal)
            .Replace("{from}", start.ToString("O"), StringComparison.Ordinal)
            .Replace("{to}", (start + table.Span).ToString("O"), StringComparison.Ordinal);
        if (await OtherOwnerAsync(table, cancellationToken) is { } owner)
        {
            sql += ";\n" + PartitionGiveSql
                .Replace("{partition}", partition, StringComparison.Ordinal)
                .Replace("{owner}", owner, StringComparison.Ordinal);
        }

        try
        {
            if (!await TryExecuteAsync(sql, cancellationToken))
            {
                throw new StoreUnavailableException(
                    $"{table.Name} is locked: its partition for {start:u} cannot be made. Look for what blocks it in pg_stat_activity and "
                        + "pg_locks.");
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The role of ConnectionStrings:Store may not create partitions of {table.Name} ({exception.MessageText}): "
                + "let it own the table and create in its schema, as the top of scripts/init_db.sql says.",
                exception);
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.InvalidObjectDefinition)
        {
            // Another collector made it at the same moment, or somebody made a longer one that covers it; else it is an error after all.
            var known = await ReadAsync(table, cancellationToken);
            if (!Covers(known, start) || !Covers(known, start + table.Span - TimeSpan.FromMicroseconds(1)))
            {
                throw;
            }
        }
    }

    internal async Task<ImmutableArray<PartitionRange>> ReadAsync(PartitionedTable table, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Name, DateTime From, DateTime To)>(
            new CommandDefinition(StoreSql.Get("partitions"), new { table = table.Name }, cancellationToken: cancellationToken));
        ImmutableArray<PartitionRange> ranges = [.. rows.Select(row => new PartitionRange(row.Name, row.From, row.To))];
        ImmutableInterlocked.AddOrUpdate(ref _known, table.Name, ranges, (_, _) => ranges);
        return ranges;
    }

    private async Task<string> StoreSchemaAsync(CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string>(
            new CommandDefinition(SchemaNameSql, cancellationToken: cancellationToken))
            ?? throw new StoreUnavailableException("The store has no table metrics_raw: its schema is missing.");
    }

    /// <summary>The role that owns a table and so drops its partitions, quoted, where it is not the one that makes them now.</summary>
    private async Task<string?> OtherOwnerAsync(PartitionedTable table, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(
            new CommandDefinition(PartitionOwnerSql, new { table = table.Name }, cancellationToken: cancellationToken));
    }

    private static async Task DropIfEmptyAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string parent, PartitionRange partition,
        CancellationToken cancellationToken)
    {
        // The parent first, as readers and writers lock; then nobody can put a row in after it was seen empty.
        var locks = PartitionLockParentSql.Replace("{parent}", parent, StringComparison.Ordinal);
        await connection.ExecuteAsync(new CommandDefinition(locks, transaction: transaction, cancellationToken: cancellationToken));
        if (await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(EmptySql(partition), transaction: transaction, cancellationToken: cancellationToken)))
        {
            await connection.ExecuteAsync(
                new CommandDefinition(DropSql(partition), transaction: transaction, cancellationToken: cancellationToken));
        }
    }

    private static string DropSql(PartitionRange partition) =>
        PartitionDropSql.Replace("{partition}", partition.Name, StringComparison.Ordinal);

    private static string EmptySql(PartitionRange partition) =>
        PartitionIsEmptySql.Replace("{partition}", partition.Name, StringComparison.Ordinal);

    private async Task<bool> IsEmptyAsync(PartitionRange partition, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(EmptySql(partition), cancellationToken: cancellationToken));
    }

    private Task<bool> TryExecuteAsync(string sql, CancellationToken cancellationToken) => TryAsync(
        (connection, transaction) =>
            connection.ExecuteAsync(new CommandDefinition(sql, transaction: transaction, cancellationToken: cancellationToken)),
        cancellationToken);

    private async Task<bool> TryAsync(Func<NpgsqlConnection, NpgsqlTransaction, Task> work, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await work(connection, transaction);
                await transaction.CommitAsync(cancellationToken);
                return true;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (attempt == Attempts)
                {
                    return false;
                }

                // Others hold the lock in real time, whatever clock decides which partitions are due.
                await Task.Delay(BetweenAttempts, cancellationToken);
            }
        }
    }
}
