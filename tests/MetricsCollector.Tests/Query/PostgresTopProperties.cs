using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over the PostgreSQL store: raw rows, then packed hours, then packed days.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class PostgresTopProperties(PostgresFixture postgres) : TopProperties
{
    private protected override IReadOnlyList<Func<IContractStore, Task>> Layouts =>
    [
        store => PackerOf(store).PackHoursAsync(TimeSpan.Zero, TestContext.Current.CancellationToken),
        store => PackerOf(store).MergeDaysAsync(TimeSpan.Zero, TestContext.Current.CancellationToken),
    ];

    private protected override async Task<IContractStore> CreateAsync() => new PackableStore(await TestStore.CreateAsync(postgres));

    private static MetricsCollector.Storage.Postgres.Maintenance.HistoryPacker PackerOf(IContractStore store) =>
        ((PackableStore)store).Parts.Packer;
}
