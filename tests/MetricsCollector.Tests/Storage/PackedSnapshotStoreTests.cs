
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Tests.Storage;

/// <summary>Packed history answers as history does: everything is packed as soon as it is written.</summary>
public abstract class PackedSnapshotStoreTests : SnapshotStoreContract
{
    private readonly Func<Task<TestStore>> _create;

    private protected PackedSnapshotStoreTests(Func<Task<TestStore>> create) => _create = create;

    protected override async Task<IContractStore> CreateStoreAsync() => new Store(await _create(), PackAsync);

    private protected abstract Task PackAsync(TestStore store, CancellationToken cancellationToken);

    private sealed class Store(TestStore store, Func<TestStore, CancellationToken, Task> pack) : IContractStore
    {
        public ISnapshotReader Reader => store.Reader;

        public ISnapshotWriter NewWriter() => new PackingWriter(store.NewWriter(), token => pack(store, token));

        public Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
            store.Upkeep.RunAsync(policy, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
        }
    }

    private sealed class PackingWriter(ISnapshotWriter writer, Func<CancellationToken, Task> pack) : ISnapshotWriter
    {
        public async ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
        {
            await writer.WriteAsync(collections, cancellationToken);
            await pack(cancellationToken);
        }
    }
}
