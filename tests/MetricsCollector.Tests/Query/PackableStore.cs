using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>A PostgreSQL store that can be packed.</summary>
internal sealed class PackableStore(TestStore store) : IContractStore
{
    public TestStore Parts => store;

    public ISnapshotReader Reader => store.Reader;

    public ISnapshotWriter NewWriter() => store.NewWriter();

    public Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) => store.Upkeep.RunAsync(policy, cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
