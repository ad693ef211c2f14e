using Dapper;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads single metrics of stored collections. By hand: SQLite gives what json_each makes no type that could be mapped.</summary>
internal static class SqliteHeads
{
    /// <summary>The heads that a statement finds: target's number and name, instant, metric, outcome, why it was unreachable.</summary>
    public static IReadOnlyList<SnapshotHead> Read(SqliteConnection connection, string name, object? parameters = null)
    {
        var heads = new List<SnapshotHead>();
        using var row = connection.ExecuteReader(SqliteSql.Get(name), parameters);
        while (row.Read())
        {
            var unreachable = row.IsDBNull(5) ? null : row.GetString(5);
            var outcome = OutcomeJson.ReadOne(row.GetString(3), row.GetString(4), unreachable);
            heads.Add(new SnapshotHead(row.GetInt32(0), row.GetString(1), UnixMilliseconds.ToInstant(row.GetInt64(2)), outcome));
        }

        return heads;
    }
}
