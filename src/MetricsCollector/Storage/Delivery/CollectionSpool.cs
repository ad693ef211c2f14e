using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Collections on disk while the store cannot take them, oldest first. The file is made when it is first needed, and bounded: when it is
/// full it takes no more, so that the beginning of an outage is kept. Never throws for what is wrong with the file: what it cannot
/// take stays where it was, and <see cref="Reason"/> says why. Thread-safe.
/// </summary>
internal sealed partial class CollectionSpool(
    IOptions<StorageOptions> options, TimeProvider time, ILogger<CollectionSpool> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteFile _file = new(options.Value.Spool.Path);
    private readonly long _maxBytes = options.Value.Spool.MaxBytes;
    private SqliteConnection? _connection;
    private long _storedTo;

    /// <summary>Whether there is one at all.</summary>
    public bool Enabled => _maxBytes > 0;

    /// <summary>Collections in it.</summary>
    public int Collections { get; private set; }

    /// <summary>Bytes of the file that are in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Why it took nothing when it was last asked to, without secrets; null when it did.</summary>
    public string? Reason { get; private set; }

    /// <summary>Looks at what an earlier run left behind.</summary>
    public void Open() => Try(false, () => Enabled && File.Exists(_file.Path) && Connect() is not null);

    /// <summary>Keeps collections, in order, until it is full.</summary>
    /// <returns>How many it keeps, from the first; they outlast the end of the program.</returns>
    public int Add(IReadOnlyList<CollectionRun> collections) => collections.Count == 0 || !Enabled ? 0 : Try(0, () =>
    {
        var connection = Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        var added = 0;
        foreach (var collection in collections)
        {
            var blob = CollectionBlob.Write(collection);
            if (UsedBytes(connection) + blob.Length > _maxBytes)
            {
                break;
            }

            connection.Execute(
                "INSERT INTO spooled (weight, pass) VALUES (@weight, @pass)",
                new { weight = collection.Snapshots.Sum(snapshot => snapshot.Rows.Count) + 1L, pass = blob }, transaction);
            added++;
        }

        transaction.Commit();
        Collections += added;
        Bytes = UsedBytes(connection);
        ReportOnce(
            added == collections.Count
                ? null
                : $"The spool {_file.Path} is full: the newest snapshots wait in memory, raise Storage:Spool:MaxBytes.");
        return added;
    });

    /// <summary>The oldest collections, at least one if there is any, up to a number of rows.</summary>
    public IReadOnlyList<SpooledCollection> Oldest(long maxRows) => Collections == 0 ? [] : Try<IReadOnlyList<SpooledCollection>>([], () =>
    {
        var found = new List<SpooledCollection>();
        using var row = Connect().ExecuteReader(
            "SELECT place, weight, pass FROM spooled WHERE place > @storedTo ORDER BY place", new { storedTo = _storedTo });
        for (var rows = 0L; row.Read();)
        {
            rows += row.GetInt64(1);
            if (found.Count > 0 && rows > maxRows)
            {
                break;
            }

            found.Add(new SpooledCollection(row.GetInt64(0), Read((byte[])row.GetValue(2))));
        }

        return found;
    });

    /// <summary>Lets go of the collections up to a place: the store has them.</summary>
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

    private static long UsedBytes(SqliteConnection connection) => connection.ExecuteScalar<long>(
        "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s");

    private bool Delete(long place)
    {
        var connection = Connect();
        var removed = connection.Execute("DELETE FROM spooled WHERE place <= @place", new { place });
        (Collections, _storedTo) = (_storedTo > 0 ? Count(connection) : Collections - removed, 0);
        if (Collections == 0)
        {
            connection.Execute("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
            ReportOnce(null);
        }

        Bytes = UsedBytes(connection);
        return true;
    }

    // A full disk lets nothing be deleted: what is stored is passed by, and at the end the whole file makes room.
    private bool PassBy(long place)
    {
        _storedTo = place;
        Collections = Count(Connect());
        if (Collections == 0)
        {
            _connection?.Dispose();
            _connection = null;
            DeleteFile();
            (Bytes, _storedTo) = (0, 0);
            ReportOnce(null);
        }

        return true;
    }

    private int Count(SqliteConnection connection) => connection.ExecuteScalar<int>(
        "SELECT count(*) FROM spooled WHERE place > @storedTo", new { storedTo = _storedTo });

    private void DeleteFile()
    {
        File.Delete(_file.Path);
        File.Delete(_file.Path + "-wal");
        File.Delete(_file.Path + "-shm");
    }

    private CollectionRun? Read(byte[] blob)
    {
        try
        {
            return CollectionBlob.Read(blob);
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
            var connection = _file.Create(EmbeddedText.Read("Spool/create.sql"));
            try
            {
                Collections = Count(connection);
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
                    if (again || !SqliteFailure.IsBroken(exception) || !Quarantine())
                    {
                        ReportOnce(SqliteFailure.Describe(exception, _file.Path));
                        return otherwise;
                    }
                }
            }
        }
    }

    private bool Quarantine()
    {
        var aside = $"{_file.Path}.broken-{time.GetUtcNow():yyyyMMddTHHmmssfff}";
        try
        {
            File.Move(_file.Path, aside);
            DeleteFile();
            (Collections, Bytes, _storedTo) = (0, 0, 0);
            Log.Quarantine(logger, _file.Path, aside);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ReportOnce(SqliteFailure.Describe(exception, _file.Path));
            return false;
        }
    }

    private void ReportOnce(string? reason)
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
        public static partial void Quarantine(ILogger logger, string path, string aside);

        [LoggerMessage(LogLevel.Error, "A collection in the spool {Path} cannot be read, it is dropped: {Reason}")]
        public static partial void Damaged(ILogger logger, string path, string reason);
    }
}
