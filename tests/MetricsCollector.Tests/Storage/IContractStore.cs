
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Tests.Storage;

/// <summary>An empty store to test; disposing of it removes it.</summary>
public interface IContractStore : IAsyncDisposable
{
    /// <summary>What reads it.</summary>
    ISnapshotReader Reader { get; }

    /// <summary>Another writer to the same store, with nothing in its memory.</summary>
    ISnapshotWriter NewWriter();

    /// <summary>Removes what is older than a policy says.</summary>
    Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken);
}
