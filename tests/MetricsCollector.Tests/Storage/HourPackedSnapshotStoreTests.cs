namespace MetricsCollector.Tests.Storage;

public sealed class HourPackedSnapshotStoreTests(PostgresFixture postgres) : PackedSnapshotStoreTests(postgres)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
}
