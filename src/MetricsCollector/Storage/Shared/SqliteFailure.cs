using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Shared;

/// <summary>Says what SQLite's errors mean and what mends them; tells failures of the file from failures of the data.</summary>
internal static class SqliteFailure
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Io = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Runs something on a file; what the file is to blame for becomes <see cref="StoreUnavailableException"/>.</summary>
    public static T Guard<T>(string path, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw new StoreUnavailableException(Describe(exception, path), exception);
        }
    }

    /// <summary>Whether the file, its disk or its directory is to blame, rather than data that no file would take.</summary>
    public static bool IsOfTheFile(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is not (18 or 19 or 20 or 25), // too big, constraint, mismatch, range
        IOException or UnauthorizedAccessException => true,
        _ => false,
    };

    /// <summary>Whether the file itself is broken: no later try will go better.</summary>
    public static bool IsBroken(Exception exception) => exception is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>One line for people: which file, what is wrong, and the remedy where there is one.</summary>
    public static string Describe(Exception exception, string path) => exception switch
    {
        SqliteException { SqliteErrorCode: CannotOpen or ReadOnly } or UnauthorizedAccessException =>
            $"The file {path} cannot be written: let this user write to its directory, or name another place. ({exception.Message})",
        SqliteException { SqliteErrorCode: Full } => $"There is no room left for the file {path}: free space on its disk.",
        SqliteException { SqliteErrorCode: Busy or Locked } => $"Another program keeps the file {path} locked.",
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } =>
            $"The file {path} is broken or no SQLite database: move it away, and a new one is made. ({exception.Message})",
        SqliteException { SqliteErrorCode: Io } => $"The file {path} cannot be read or written. ({exception.Message})",
        _ => $"The file {path} cannot be used: {exception.Message}",
    };
}
