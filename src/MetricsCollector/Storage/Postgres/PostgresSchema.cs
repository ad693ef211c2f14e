using Dapper;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Creates and upgrades the store's schema, one numbered step per transaction, one program at a time.</summary>
public sealed partial class PostgresSchema
{
    /// <summary>Any number that other programs on the same database do not use: "metrics" in hexadecimal ASCII.</summary>
    private const long AdvisoryLock = 0x6d657472696373;

    private readonly NpgsqlDataSource _store;
    private readonly IReadOnlyList<SchemaMigration> _migrations;
    private readonly ILogger _logger;

    /// <summary>Makes it for one store.</summary>
    public PostgresSchema([FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, ILogger<PostgresSchema> logger)
        : this(store, logger, SchemaMigration.All)
    {
    }

    internal PostgresSchema(NpgsqlDataSource store, ILogger<PostgresSchema> logger, IReadOnlyList<SchemaMigration> migrations)
    {
        _store = store;
        _logger = logger;
        _migrations = migrations;
    }

    /// <summary>The version of the schema that this program makes.</summary>
    public int ProgramVersion => _migrations[^1].Version;

    /// <summary>Applies the steps that the store lacks. Needs no right to create anything when there are none.</summary>
    /// <returns>The version of the store's schema.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer, or does not let this role do it; the message says the remedy.</exception>
    public Task<int> EnsureAsync(CancellationToken cancellationToken) => StoreFailure.GuardAsync(async () =>
    {
        await using var connection = await _store.OpenConnectionAsync(cancellationToken);
        var version = await ReadVersionAsync(connection, cancellationToken);
        while (version < ProgramVersion)
        {
            version = await ApplyNextAsync(connection, version, cancellationToken);
        }

        return version > ProgramVersion ? throw new SchemaTooNewException(version, ProgramVersion) : version;
    });

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(StoreSql.Get("schema_exists"), cancellationToken: cancellationToken)))
        {
            return 0;
        }

        try
        {
            return await connection.ExecuteScalarAsync<int>(new CommandDefinition(StoreSql.Get("schema_version"), cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The role of ConnectionStrings:Store may not read the store ({exception.MessageText}): run the GRANTs at the top of scripts/init_db.sql.",
                exception);
        }
    }

    private async Task<int> ApplyNextAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(
                new CommandDefinition(StoreSql.Get("schema_lock"), new { key = AdvisoryLock }, transaction, cancellationToken: cancellationToken));

            // Another collector may have been faster while this one waited for the lock.
            var now = await ReadVersionAsync(connection, cancellationToken);
            if (now != version)
            {
                return now;
            }

            var next = _migrations[version];
            await connection.ExecuteAsync(new CommandDefinition(next.Sql, transaction: transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                StoreSql.Get("schema_applied"), new { next.Version, next.Name }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            Log.Applied(_logger, next.Version, next.Name);
            return next.Version;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new StoreUnavailableException(
                $"The role of ConnectionStrings:Store may not create the store's tables ({exception.MessageText}): "
                + "let an administrator run scripts/init_db.sql in this database, or let the role own the database.",
                exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Applied step {Version} ({Name}) of the store's schema.")]
        public static partial void Applied(ILogger logger, int version, string name);
    }
}
