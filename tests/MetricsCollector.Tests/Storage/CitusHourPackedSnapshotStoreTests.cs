namespace MetricsCollector.Tests.Storage;

public sealed class CitusHourPackedSnapshotStoreTests() : PackedSnapshotStoreTests(TestStore.CreateDistributedAsync)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
}
