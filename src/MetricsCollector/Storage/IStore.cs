using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Storage;

/// <summary>A store as the service runs it: made ready, written to, and kept within its retention.</summary>
internal interface IStore : ISnapshotWriter
{
    /// <summary>Whether it can be away while the program runs, so that collections need another safe place meanwhile.</summary>
    bool IsRemote { get; }

    /// <summary>Where it is, for people and without secrets: a file, or a server and its database.</summary>
    string Place { get; }

    /// <summary>The version of the schema that this program makes.</summary>
    int ProgramVersion { get; }

    /// <summary>Looks at its schema and changes nothing.</summary>
    /// <returns>The version of its schema; 0 when there is none yet and <see cref="PrepareAsync"/> can be expected to make it.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">It does not answer, or may not be made; the message says the remedy.</exception>
    Task<int> FindAsync(CancellationToken cancellationToken);

    /// <summary>Makes it ready to be written to: schema, partitions. Changes nothing when it is.</summary>
    /// <returns>The version of its schema.</returns>
    /// <exception cref="SchemaTooNewException">A newer program made the schema.</exception>
    /// <exception cref="StoreUnavailableException">It does not answer, or may not be written; the message says the remedy.</exception>
    Task<int> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Reads the clock of the machine it is on; null when that is this machine by necessity, as with a file.</summary>
    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>Does what is due every few minutes: room for what comes, and an end to what is older than the retention.</summary>
    /// <param name="policy">How long the history of each metric is kept.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>What was removed, for the log, such as <c>3 partitions</c>; null when nothing was.</returns>
    /// <exception cref="StoreUnavailableException">It does not answer, or does not let this be done.</exception>
    Task<string?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken);
}
