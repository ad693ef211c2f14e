using System.Text.Json;
using MetricsCollector.Configuration;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Shared;

/// <summary>An SQLite file and how it is opened. One connection writes at a time; readers see the last commit and wait for
/// nobody.</summary>
/// <param name="path">Where it is; relative to the working directory.</param>
internal sealed class SqliteFile(string path)
{
    /// <summary>Settings of a connection that writes.</summary>
    // FULL: what was acknowledged outlasts a loss of power too, at the price of one fsync per batch.
    public const string OpenWriterSql = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;";
    private const string OpenReaderSql = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;";

    /// <summary>Its full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>What is left on its disk.</summary>
    public long FreeBytes =>
        new DriveInfo(
            OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(Path)! : System.IO.Path.GetDirectoryName(Path)!).AvailableFreeSpace;

    /// <summary>Opens it for writing; makes the file and its directory where they are missing.</summary>
    /// <param name="settings">SQL that is run first.</param>
    public SqliteConnection Create(string settings)
    {
        OwnerOnly.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

        // SQLite gives its other files the permissions of this one.
        OwnerOnly.CreateFile(Path);
        return Open(SqliteOpenMode.ReadWriteCreate, settings);
    }

    /// <summary>Tries whether it could be made where it is missing, and leaves nothing behind.</summary>
    /// <exception cref="StoreUnavailableException">It cannot; the message says the remedy.</exception>
    public void CheckCanBeMade()
    {
        var directory = System.IO.Path.GetDirectoryName(Path)!;
        while (!Directory.Exists(directory) && !File.Exists(directory) && System.IO.Path.GetDirectoryName(directory) is { } above)
        {
            directory = above;
        }

        try
        {
            using var probe = new FileStream(
                System.IO.Path.Combine(directory, $".metrics-collector-{Guid.NewGuid():n}"),
                FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new StoreUnavailableException(
                $"The file {Path} cannot be created: let this user write to {directory}, "
                + $"or name another place in Storage:Path. ({exception.Message})", exception);
        }
    }

    /// <summary>Opens it for writing; fails when there is no file.</summary>
    public SqliteConnection OpenWriter() => Open(SqliteOpenMode.ReadWrite, OpenWriterSql);

    /// <summary>Opens it for reading; fails when there is no file.</summary>
    public SqliteConnection OpenReader()
    {
        // Not SQLite's own read-only mode: that cannot make the shared memory of a file nobody else has open.
        var connection = Open(SqliteOpenMode.ReadWrite, OpenReaderSql);
        connection.CreateFunction("has_labels", (string labels, string wanted) => HasLabels(labels, wanted), isDeterministic: true);
        return connection;
    }

    private static bool HasLabels(string labels, string wanted)
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, string>>(labels)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(wanted)!
            .All(label => known.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal));
    }

    private SqliteConnection Open(SqliteOpenMode mode, string settings)
    {
        // Not pooled: writers live long, readers open in a tenth of a millisecond, and a file that is moved away is let go of.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = settings;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
