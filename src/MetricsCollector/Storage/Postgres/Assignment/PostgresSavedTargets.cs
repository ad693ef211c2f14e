using Dapper;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>Targets named over the API, kept in the store's database.</summary>
internal sealed class PostgresSavedTargets([FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store) : ISavedTargets
{
    private const string SavedTargetsVersionSql = "SELECT format('%s %s', count(*), max(changed_at)) FROM saved_targets";

    private const string SavedTargetsSelectSql =
        """
        SELECT name AS "Name", settings::text AS "Settings", secret AS "Secret" FROM saved_targets ORDER BY name
        """;

    // xmax is 0 in a row that was inserted and not updated.
    private const string SavedTargetsSaveSql =
        """
        INSERT INTO saved_targets (name, settings, secret, changed_at)
        VALUES (@Name, @Settings::jsonb, @Secret, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, secret = excluded.secret, changed_at = excluded.changed_at
        RETURNING xmax = 0
        """;

    private const string SavedTargetsRemoveSql = "DELETE FROM saved_targets WHERE name = @name";

    /// <inheritdoc />
    public Task<string> VersionAsync(CancellationToken cancellationToken) =>
        RunAsync(
            connection => connection.ExecuteScalarAsync<string>(Command(SavedTargetsVersionSql, null, cancellationToken)),
            cancellationToken)!;

    /// <inheritdoc />
    public async Task<IReadOnlyList<SavedTarget>> ReadAsync(CancellationToken cancellationToken) =>
        [.. await RunAsync(
            connection => connection.QueryAsync<SavedTarget>(Command(SavedTargetsSelectSql, null, cancellationToken)), cancellationToken)];

    /// <inheritdoc />
    public Task<bool> SaveAsync(SavedTarget target, CancellationToken cancellationToken) =>
        RunAsync(
            connection => connection.ExecuteScalarAsync<bool>(Command(SavedTargetsSaveSql, target, cancellationToken)), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(
            async connection => await connection.ExecuteAsync(Command(SavedTargetsRemoveSql, new { name }, cancellationToken)) > 0,
            cancellationToken);

    private static CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) =>
        StoreFailure.GuardAsync(async () =>
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await run(connection);
    });
}
