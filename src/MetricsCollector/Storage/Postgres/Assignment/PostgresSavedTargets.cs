using Dapper;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>Targets named over the API, kept in the store's database.</summary>
internal sealed class PostgresSavedTargets([FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store) : ISavedTargets
{
    /// <inheritdoc />
    public Task<string> VersionAsync(CancellationToken cancellationToken) =>
        RunAsync(
            connection => connection.ExecuteScalarAsync<string>(Command("saved_targets_version", null, cancellationToken)),
            cancellationToken)!;

    /// <inheritdoc />
    public async Task<IReadOnlyList<SavedTarget>> ReadAsync(CancellationToken cancellationToken) =>
        [.. await RunAsync(connection => connection.QueryAsync<SavedTarget>(Command("saved_targets_select", null, cancellationToken)), cancellationToken)];

    /// <inheritdoc />
    public Task<bool> SaveAsync(SavedTarget target, CancellationToken cancellationToken) =>
        RunAsync(
            connection => connection.ExecuteScalarAsync<bool>(Command("saved_targets_save", target, cancellationToken)), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(
            async connection => await connection.ExecuteAsync(Command("saved_targets_remove", new { name }, cancellationToken)) > 0,
            cancellationToken);

    private static CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(StoreSql.Get(sql), parameters, cancellationToken: cancellationToken);

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) => StoreFailure.GuardAsync(async () =>
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await run(connection);
    });
}
