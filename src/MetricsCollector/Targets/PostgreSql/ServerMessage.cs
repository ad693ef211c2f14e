using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// What a server says when it refuses something, at a bounded length: it is kept, shown and logged, and the server is not trusted.
/// </summary>
internal static class ServerMessage
{
    /// <summary>How many characters of a message are kept; PostgreSQL's own are far shorter.</summary>
    public const int LongestText = 2000;

    private const int LongestName = 255;

    /// <summary>The same refusal with texts of bounded length.</summary>
    /// <param name="exception">What the server said.</param>
    /// <param name="fatal">Whether the connection is gone with it, which a pooler does not always say.</param>
    public static PostgresException Of(PostgresException exception, bool fatal = false) => new(
        Cut(exception.MessageText, LongestText)!,
        fatal ? "FATAL" : Cut(exception.Severity, LongestName)!,
        fatal ? "FATAL" : Cut(exception.InvariantSeverity, LongestName)!,
        Cut(exception.SqlState, 5)!,
        detail: Cut(exception.Detail, LongestText),
        hint: Cut(exception.Hint, LongestText),
        position: exception.Position,
        internalPosition: exception.InternalPosition,
        schemaName: Cut(exception.SchemaName, LongestName),
        tableName: Cut(exception.TableName, LongestName),
        columnName: Cut(exception.ColumnName, LongestName),
        dataTypeName: Cut(exception.DataTypeName, LongestName),
        constraintName: Cut(exception.ConstraintName, LongestName),
        routine: Cut(exception.Routine, LongestName));

    /// <summary>A refusal of our own: the statement cannot be used as a metric.</summary>
    /// <param name="sqlState">PostgreSQL's code for the closest error.</param>
    /// <param name="text">What is wrong, and what to write instead.</param>
    public static PostgresException Refusal(string sqlState, string text) => new(Cut(text, LongestText)!, "ERROR", "ERROR", sqlState);

    private static string? Cut(string? text, int longest) => text is null ? null : Excerpt.Of(text, longest, "…");
}
