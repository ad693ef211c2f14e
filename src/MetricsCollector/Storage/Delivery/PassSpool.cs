using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Passes on disk while the store cannot take them, oldest first. The file is made when it is first needed, and bounded: when it is
/// full it takes no more, so that the beginning of an outage is kept. Never throws for what is wrong with the file: what it cannot
/// take stays where it was, and <see cref="Reason"/> says why. Thread-safe.
/// </summary>
internal sealed partial class PassSpool(IOptions<StorageOptions> options, TimeProvider time, ILogger<PassSpool> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteFile _file = new(options.Value.Spool.Path);
    private readonly long _maxBytes = options.Value.Spool.MaxBytes;
    private SqliteConnection? _connection;
    private long _storedTo;

    /// <summary>Whether there is one at all.</summary>
    public bool Enabled => _maxBytes > 0;

    /// <summary>Passes in it.</summary>
    public int Passes { get; private set; }

    /// <summary>Bytes of the file that are in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Why it took nothing when it was last asked to, without secrets; null when it did.</summary>
    public string? Reason { get; private set; }

    /// <summary>Looks at what an earlier run left behind.</summary>
    public void Open() => Try(false, () => Enabled && File.Exists(_file.Path) && Connect() is not null);

    /// <summary>Keeps passes, in order, until it is full.</summary>
    /// <returns>How many it keeps, from the first; they outlast the end of the program.</returns>
    public int Add(IReadOnlyList<CollectionPass> passes) => passes.Count == 0 || !Enabled ? 0 : Try(0, () =>
    {
        var connection = Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        var added = 0;
        foreach (var pass in passes)
        {
            var blob = PassBlob.Write(pass);
            if (UsedBytes(connection) + blob.Length > _maxBytes)
            {
                break;
            }

            connection.Execute(SpoolSql.Get("insert"), new { weight = pass.Snapshots.Sum(snapshot => snapshot.Rows.Count) + 1L, pass = blob }, transaction);
            added++;
        }

        transaction.Commit();
        Passes += added;
        Bytes = UsedBytes(connection);
        Complain(added == passes.Count ? null : $"The spool {_file.Path} is full: the newest snapshots wait in memory, raise Storage:Spool:MaxBytes.");
        return added;
    });

    /// <summary>The oldest passes, at least one if there is any, up to a number of rows.</summary>
    public IReadOnlyList<SpooledPass> Oldest(long maxRows) => Passes == 0 ? [] : Try<IReadOnlyList<SpooledPass>>([], () =>
    {
        var found = new List<SpooledPass>();
        using var row = Connect().ExecuteReader(SpoolSql.Get("oldest"), new { storedTo = _storedTo });
        for (var rows = 0L; row.Read();)
        {
            rows += row.GetInt64(1);
            if (found.Count > 0 && rows > maxRows)
            {
                break;
            }

            found.Add(new SpooledPass(row.GetInt64(0), Read((byte[])row.GetValue(2))));
        }

        return found;
    });

    /// <summary>Lets go of the passes up to a place: the store has them.</summary>
    /// <returns>Whether it did; if not, they come again, which changes nothing in the store.</returns>
    public bool Remove(long place) => Try(false, () => Delete(place)) || Try(false, () => PassBy(place));

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    private static long UsedBytes(SqliteConnection connection) => connection.ExecuteScalar<long>(SpoolSql.Get("used_bytes"));

    private bool Delete(long place)
    {
        var connection = Connect();
        var removed = connection.Execute(SpoolSql.Get("remove"), new { place });
        (Passes, _storedTo) = (_storedTo > 0 ? Count(connection) : Passes - removed, 0);
        if (Passes == 0)
        {
            connection.Execute(SpoolSql.Get("shrink"));
            Complain(null);
        }

        Bytes = UsedBytes(connection);
        return true;
    }

    // A full disk lets nothing be deleted: what is stored is passed by, and at the end the whole file makes room.
    private bool PassBy(long place)
    {
        _storedTo = place;
        Passes = Count(Connect());
        if (Passes == 0)
        {
            _connection?.Dispose();
            _connection = null;
            DeleteFile();
            (Bytes, _storedTo) = (0, 0);
            Complain(null);
        }

        return true;
    }

    private int Count(SqliteConnection connection) => connection.ExecuteScalar<int>(SpoolSql.Get("count"), new { storedTo = _storedTo });

    private void DeleteFile()
    {
        File.Delete(_file.Path);
        File.Delete(_file.Path + "-wal");
        File.Delete(_file.Path + "-shm");
    }

    private CollectionPass? Read(byte[] blob)
    {
        try
        {
            return PassBlob.Read(blob);
        }
        catch (InvalidDataException exception)
        {
            Log.Damaged(logger, _file.Path, exception.Message);
            return null;
        }
    }

    private SqliteConnection Connect()
    {
        if (_connection is null)
        {
            var connection = _file.Create(SpoolSql.Get("create"));
            try
            {
                Passes = Count(connection);
                Bytes = UsedBytes(connection);
                _connection = connection;
            }
            finally
            {
                if (_connection is null)
                {
                    connection.Dispose();
                }
            }
        }

        return _connection;
    }

    private T Try<T>(T otherwise, Func<T> run)
    {
        lock (_lock)
        {
            for (var again = false; ; again = true)
            {
                try
                {
                    return run();
                }
                catch (Exception exception) when (SqliteFailure.IsOfTheFile(exception))
                {
                    _connection?.Dispose();
                    _connection = null;
                    if (again || !SqliteFailure.IsBroken(exception) || !SetAside())
                    {
                        Complain(SqliteFailure.Describe(exception, _file.Path));
                        return otherwise;
                    }
                }
            }
        }
    }

    private bool SetAside()
    {
        var aside = $"{_file.Path}.broken-{time.GetUtcNow():yyyyMMddTHHmmssfff}";
        try
        {
            File.Move(_file.Path, aside);
            DeleteFile();
            (Passes, Bytes, _storedTo) = (0, 0, 0);
            Log.SetAside(logger, _file.Path, aside);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain(SqliteFailure.Describe(exception, _file.Path));
            return false;
        }
    }

    private void Complain(string? reason)
    {
        if (reason is not null && Reason is null)
        {
            Log.Failed(logger, reason);
        }

        Reason = reason;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The spool takes no snapshots, they wait in memory: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The spool {Path} is broken; it was moved to {Aside} and a new one is made.")]
        public static partial void SetAside(ILogger logger, string path, string aside);

        [LoggerMessage(LogLevel.Error, "A pass in the spool {Path} cannot be read, it is dropped: {Reason}")]
        public static partial void Damaged(ILogger logger, string path, string reason);
    }
}
