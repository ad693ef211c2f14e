
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over the PostgreSQL store.</summary>
public abstract class PostgresSeriesProperties(PostgresFixture postgres) : StoredSeriesProperties
{
    private protected override async Task<IContractStore> CreateAsync() => new Store(await TestStore.CreateAsync(postgres));

    private protected override Task SettleAsync(IContractStore store, CancellationToken cancellationToken) =>
        PackAsync(((Store)store).Parts, cancellationToken);

    private protected virtual Task PackAsync(TestStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class Store(TestStore store) : IContractStore
    {
        public TestStore Parts => store;

        public ISnapshotReader Reader => store.Reader;

        public ISnapshotWriter NewWriter() => store.NewWriter();

        public Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
            store.Upkeep.RunAsync(policy, cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
