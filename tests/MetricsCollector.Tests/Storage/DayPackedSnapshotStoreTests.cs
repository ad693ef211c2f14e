namespace MetricsCollector.Tests.Storage;

public sealed class DayPackedSnapshotStoreTests(PostgresFixture postgres) : PackedSnapshotStoreTests(postgres)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
}
