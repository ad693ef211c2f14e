namespace MetricsCollector.Tests.Storage.Citus;

[Trait("PostgreSQL", "any")]
public sealed class CitusDayPackedSnapshotStoreTests() : PackedSnapshotStoreTests(TestStore.CreateDistributedAsync)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
}
