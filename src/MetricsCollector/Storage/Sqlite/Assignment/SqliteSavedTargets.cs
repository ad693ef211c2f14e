using Dapper;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Assignment;

/// <summary>Targets named over the API, kept in the store's file.</summary>
internal sealed class SqliteSavedTargets(SqliteFile file, TimeProvider time) : ISavedTargets
{
    /// <inheritdoc />
    public Task<string> VersionAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteScalar<string>(
            "SELECT count(*) || ' ' || coalesce(max(changed_at), 0) FROM saved_targets")!);

    /// <inheritdoc />
    public Task<IReadOnlyList<SavedTarget>> ReadAsync(CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<SavedTarget>>(connection => [.. connection.Query<SavedTarget>(
            "SELECT name AS Name, settings AS Settings, secret AS Secret FROM saved_targets ORDER BY name")]);

    /// <inheritdoc />
    public Task<bool> SaveAsync(SavedTarget target, CancellationToken cancellationToken) => RunAsync(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var removed = connection.Execute(SqliteSql.Get("saved_targets_remove"), new { target.Name }, transaction);
        connection.Execute(
            "INSERT INTO saved_targets (name, settings, secret, changed_at) VALUES (@Name, @Settings, @Secret, @ChangedAt)",
            new { target.Name, target.Settings, target.Secret, ChangedAt = time.GetUtcNow().ToUnixTimeMilliseconds() }, transaction);
        transaction.Commit();
        return removed == 0;
    });

    /// <inheritdoc />
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.Execute(SqliteSql.Get("saved_targets_remove"), new { Name = name }) > 0);

    // The file is local: what takes no time need not be waited for.
    private Task<T> RunAsync<T>(Func<SqliteConnection, T> run) => Task.FromResult(SqliteFailure.Guard(file.Path, () =>
    {
        using var connection = file.OpenWriter();
        return run(connection);
    }));
}
