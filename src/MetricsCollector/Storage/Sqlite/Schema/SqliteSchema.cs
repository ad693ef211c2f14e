using System.Globalization;
using Dapper;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Schema;

/// <summary>Creates and upgrades the file's schema, one numbered step per transaction; <c>PRAGMA user_version</c> is the version.</summary>
internal sealed class SqliteSchema(SqliteFile file, IReadOnlyList<string> migrations)
{
    // auto_vacuum only takes effect before the first table is made.
    private const string CreateSql =
        """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        """;

    /// <summary>The schema of the store.</summary>
    public SqliteSchema(SqliteFile file)
        : this(file, SqliteSql.Migrations)
    {
    }

    /// <summary>The file.</summary>
    public string Place => file.Path;

    /// <summary>The version of the schema that this program makes.</summary>
    public int ProgramVersion => migrations.Count;

    /// <summary>Looks at the file and changes nothing.</summary>
    /// <returns>The version of its schema; 0 when there is no file yet and one can be made.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">The file cannot be read or made; the message says the remedy.</exception>
    public int Find() => SqliteFailure.Guard(file.Path, () =>
    {
        if (!File.Exists(file.Path))
        {
            file.CheckCanBeMade();
            return 0;
        }

        using var connection = file.OpenReader();
        var version = VersionOf(connection);
        return version > migrations.Count ? throw new SchemaTooNewException(version, migrations.Count) : version;
    });

    /// <summary>Applies the steps that the file lacks; makes the file where it is missing.</summary>
    /// <returns>The version of its schema.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">The file cannot be written; the message says the remedy.</exception>
    public int Ensure() => SqliteFailure.Guard(file.Path, () =>
    {
        using var connection = file.Create(CreateSql + SqliteFile.OpenWriterSql);
        var version = VersionOf(connection);
        while (version < migrations.Count)
        {
            version = ApplyNext(connection);
        }

        return version > migrations.Count ? throw new SchemaTooNewException(version, migrations.Count) : version;
    });

    private static int VersionOf(SqliteConnection connection) => connection.ExecuteScalar<int>("PRAGMA user_version");

    private int ApplyNext(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);

        // Another program may have been faster while this one waited for the lock.
        var version = VersionOf(connection);
        if (version < migrations.Count)
        {
            connection.Execute(migrations[version], transaction: transaction);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {++version}"), transaction: transaction);
            transaction.Commit();
        }

        return version;
    }
}
