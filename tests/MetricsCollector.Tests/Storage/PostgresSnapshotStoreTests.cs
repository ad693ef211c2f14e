
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Tests.Storage;

/// <summary>The PostgreSQL store does what every store does.</summary>
[Trait("PostgreSQL", "each")]
public sealed class PostgresSnapshotStoreTests(PostgresFixture postgres) : SnapshotStoreContract
{
    protected override async Task<IContractStore> CreateStoreAsync() => new Store(await TestStore.CreateAsync(postgres));

    private sealed class Store(TestStore store) : IContractStore
    {
        public ISnapshotReader Reader => store.Reader;

        public ISnapshotWriter NewWriter() => store.NewWriter();

        public Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
            store.Upkeep.RunAsync(policy, cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
