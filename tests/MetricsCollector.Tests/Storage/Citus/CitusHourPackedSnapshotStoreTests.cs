namespace MetricsCollector.Tests.Storage.Citus;

[Trait("PostgreSQL", "any")]
public sealed class CitusHourPackedSnapshotStoreTests() : PackedSnapshotStoreTests(TestStore.CreateDistributedAsync)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
}
