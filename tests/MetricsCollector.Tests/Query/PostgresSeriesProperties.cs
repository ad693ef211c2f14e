using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over the PostgreSQL store.</summary>
public abstract class PostgresSeriesProperties(PostgresFixture postgres) : StoredSeriesProperties
{
    private protected override async Task<IContractStore> CreateAsync() => new PackableStore(await TestStore.CreateAsync(postgres));

    private protected override Task SettleAsync(IContractStore store, CancellationToken cancellationToken) =>
        PackAsync(((PackableStore)store).Parts, cancellationToken);

    private protected virtual Task PackAsync(TestStore store, CancellationToken cancellationToken) => Task.CompletedTask;
}
