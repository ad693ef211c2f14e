using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query.Absent;

/// <summary>Over raw rows and packed hours of the PostgreSQL store.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class PostgresSampledCounters(PostgresFixture postgres) : SampledCounterProperties
{
    private protected override async Task<IContractStore> CreateAsync() => new PackableStore(await TestStore.CreateAsync(postgres));

    // The hours before the last ones are packed.
    private protected override Task SettleAsync(IContractStore store, CancellationToken cancellationToken) =>
        ((PackableStore)store).Parts.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
}
