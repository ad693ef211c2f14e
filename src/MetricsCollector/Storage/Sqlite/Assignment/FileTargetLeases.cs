using MetricsCollector.Configuration;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Sqlite.Assignment;

/// <summary>An SQLite file has one collector: whoever locks the file beside it. The others answer, wait, and take over.</summary>
internal sealed class FileTargetLeases(SqliteFile file, LeaseName name) : ITargetLeases
{
    private const string Another = "another collector";

    private FileStream? _lock;

    /// <inheritdoc />
    public Task<LeaseView> ReconcileAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var held = SqliteFailure.Guard(file.Path, TryLock);
        var self = new CollectorPresence(name.Name, held ? targets.Count : 0, true);
        return Task.FromResult(held
            ? new LeaseView(
                targets.ToHashSet(StringComparer.Ordinal),
                [],
                targets.ToDictionary(target => target, _ => name.Name, StringComparer.Ordinal),
                [self])
            : new LeaseView(
                new HashSet<string>(),
                [],
                targets.ToDictionary(target => target, _ => Another, StringComparer.Ordinal),
                [self, new CollectorPresence(Another, targets.Count, false)])
            {
                Passive = $"another collector collects into {file.Path}, which has room for one: this one answers, and takes over when "
                    + "that one ends; name another Storage:Path, or a database in ConnectionStrings:Store for both",
            });
    }

    /// <inheritdoc />
    public Task ReleaseAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_lock is { } held)
        {
            _lock = null;
            await held.DisposeAsync();
        }
    }

    private bool TryLock()
    {
        if (_lock is not null)
        {
            return true;
        }

        OwnerOnly.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        try
        {
            _lock = OwnerOnly.Open(file.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            // Sharing is refused by an IOException without a kind of its own.
            return false;
        }
    }
}
