using Dapper;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Schema;

/// <summary>
/// Creates and upgrades the store's schema, one numbered step per transaction, one program at a time, and distributes it where
/// <c>Storage:Distributed</c> says so.
/// </summary>
public sealed partial class PostgresSchema
{
    // A table or view that the store would make and that is there already, made by somebody else; NULL when there is none.
    private const string SchemaForeignSql =
        """
        SELECT min(c.relname::text)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema()
          AND c.relname = ANY(ARRAY['targets', 'metric_definitions', 'series', 'collections', 'metrics_raw', 'metrics_packed_hours',
            'metrics_packed_days',
                                    'metrics_packed', 'metrics', 'metrics_latest', 'saved_targets'])
        """;

    // Why the tables of the store cannot be made in this database; null when they can.
    private const string SchemaRefusalSql =
        """
        SELECT CASE
            WHEN pg_is_in_recovery() THEN 'the server is a standby'
            WHEN current_setting('transaction_read_only')::boolean THEN 'its transactions are read-only'
            WHEN current_schema() IS NULL THEN 'no schema of its search_path exists'
            WHEN NOT has_schema_privilege(current_schema(), 'CREATE') THEN format('permission denied for schema %s', current_schema())
        END
        """;

    // Not to_regclass: a session that once looked in vain remembers so, even after it waited for the one that made the table.
    private const string SchemaExistsSql =
        """
        SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'schema_migrations' AND pg_table_is_visible(oid))
        """;

    // Released with the transaction, so that it works through PgBouncer too.
    private const string SchemaLockSql = "SELECT pg_advisory_xact_lock(@key)";

    /// <summary>Any number that other programs on the same database do not use: "metrics" in hexadecimal ASCII.</summary>
    private const long AdvisoryLock = 0x6d657472696373;

    private readonly NpgsqlDataSource _store;
    private readonly IReadOnlyList<SchemaMigration> _migrations;
    private readonly DistributedSchema _distributed;
    private readonly ILogger _logger;

    /// <summary>Makes it for one store.</summary>
    public PostgresSchema(
        [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, IOptions<StorageOptions> options,
        ILogger<PostgresSchema> logger)
        : this(store, logger, SchemaMigration.All, options.Value.Distributed)
    {
    }

    internal PostgresSchema(
        NpgsqlDataSource store, ILogger<PostgresSchema> logger, IReadOnlyList<SchemaMigration> migrations, bool distributed = false)
    {
        _store = store;
        _distributed = new DistributedSchema(distributed);
        _logger = logger;
        _migrations = migrations;
    }

    /// <summary>The version of the schema that this program makes.</summary>
    public int ProgramVersion => _migrations[^1].Version;

    /// <summary>Applies the steps that the store lacks. Needs no right to create anything when there are none.</summary>
    /// <returns>The version of the store's schema.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer, or does not let this role do it; the message says the
    /// remedy.</exception>
    public Task<int> EnsureAsync(CancellationToken cancellationToken) => StoreFailure.GuardAsync(async () =>
    {
        await StoreRequirements.CheckAsync(_store, cancellationToken);
        await using var connection = await _store.OpenConnectionAsync(cancellationToken);
        try
        {
            return await EnsureAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ConnectionFailure)
        {
            // Said by a server that is there: Citus, whose coordinator hands functions and tables on.
            throw new StoreUnavailableException(
                $"The store's coordinator does not get into a worker ({StoreFailure.OneLine(exception.MessageText)}): "
                + "let the worker run, and let the role of "
                + "ConnectionStrings:Store log in to it from the coordinator, by pg_hba.conf and a row of pg_dist_authinfo "
                + "(docs/operators.md).",
                exception);
        }
    });

    /// <summary>Looks at the store's schema and changes nothing.</summary>
    /// <returns>The version of the store's schema; 0 when there is none yet and this role may make it.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer, or does not let this role make it; the message says the remedy.
    /// </exception>
    public Task<int> FindAsync(CancellationToken cancellationToken) => StoreFailure.GuardAsync(async () =>
    {
        await StoreRequirements.CheckAsync(_store, cancellationToken);
        await using var connection = await _store.OpenConnectionAsync(cancellationToken);
        var version = await ReadVersionAsync(connection, cancellationToken);
        if (version > ProgramVersion)
        {
            throw new SchemaTooNewException(version, ProgramVersion);
        }

        if (version == 0)
        {
            await CheckCanBeMadeAsync(connection, cancellationToken);
        }

        return version;
    });

    private static async Task CheckCanBeMadeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ExecuteScalarAsync<string?>(Command(SchemaForeignSql)) is { } table)
        {
            throw ForeignTables($"relation \"{table}\" already exists");
        }

        if (await connection.ExecuteScalarAsync<string?>(Command(SchemaRefusalSql)) is { } refusal)
        {
            throw MayNotCreate(refusal);
        }

        CommandDefinition Command(string sql) => new(sql, cancellationToken: cancellationToken);
    }

    private static StoreUnavailableException ForeignTables(string found, Exception? inner = null) => new(
        $"The database of ConnectionStrings:Store has tables of another program ({found}): let the store have a database of its "
        + "own, or a schema of its own, such as with Search Path=metrics in the connection string.",
        inner);

    private static StoreUnavailableException MayNotCreate(string refusal, Exception? inner = null) => new(
        $"The role of ConnectionStrings:Store may not create the store's tables ({refusal}): "
        + "let an administrator run scripts/init_db.sql in this database, or let the role own the database.",
        inner);

    private async Task<int> EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(connection, cancellationToken);
        while (version < ProgramVersion)
        {
            version = await ApplyNextAsync(connection, version, cancellationToken);
        }

        if (version > ProgramVersion)
        {
            throw new SchemaTooNewException(version, ProgramVersion);
        }

        await DistributeAsync(connection, version, cancellationToken);
        return version;
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(SchemaExistsSql, cancellationToken: cancellationToken)))
        {
            return 0;
        }

        try
        {
            return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                "SELECT coalesce(max(version), 0) FROM schema_migrations", cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The role of ConnectionStrings:Store may not read the store ({exception.MessageText}): run the GRANTs at the top of "
                    + "scripts/init_db.sql.",
                exception);
        }
    }

    private async Task<int> ApplyNextAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, transaction, cancellationToken);

            // Another collector may have been faster while this one waited for the lock.
            var now = await ReadVersionAsync(connection, cancellationToken);
            if (now != version)
            {
                return now;
            }

            var next = _migrations[version];
            await connection.ExecuteAsync(new CommandDefinition(next.Sql, transaction: transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO schema_migrations (version, name) VALUES (@Version, @Name)",
                new { next.Version, next.Name }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            Log.Applied(_logger, next.Version, next.Name);
            return next.Version;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateTable)
        {
            throw ForeignTables(exception.MessageText, exception);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidSchemaName)
        {
            throw MayNotCreate(exception.MessageText, exception);
        }
    }

    private async Task DistributeAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        try
        {
            var tables = await _distributed.EnsureAsync(
                connection, version, transaction => LockAsync(connection, transaction, cancellationToken), cancellationToken);
            if (tables is { } distributed)
            {
                Log.Distributed(_logger, distributed);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The role of ConnectionStrings:Store may not distribute the store's tables ({exception.MessageText}): "
                + "run metrics-collector schema once with a role that owns them, or set Storage:Distributed=false.",
                exception);
        }
    }

    private static Task<int> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            new CommandDefinition(SchemaLockSql, new { key = AdvisoryLock }, transaction, cancellationToken: cancellationToken));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Distributed {Tables} tables of the store with Citus.")]
        public static partial void Distributed(ILogger logger, int tables);

        [LoggerMessage(LogLevel.Information, "Applied step {Version} ({Name}) of the store's schema.")]
        public static partial void Applied(ILogger logger, int version, string name);
    }
}
