using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>A database cannot be connected to by its name, which holds bytes that are not UTF-8.</summary>
/// <param name="database">Its name, as it is shown.</param>
public sealed class DatabaseNameException(string database) : NpgsqlException(
    $"the name of database {database} is not UTF-8, so nobody can connect to it by that name; rename it (ALTER DATABASE ... RENAME TO) "
    + "in a session in a database of the encoding it was named in, or leave it out (Databases of the target)")
{
    /// <summary>What the server said: no database of that name exists.</summary>
    public override string SqlState => PostgresErrorCodes.InvalidCatalogName;
}
