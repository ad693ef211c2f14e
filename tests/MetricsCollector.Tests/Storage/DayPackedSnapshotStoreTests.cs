namespace MetricsCollector.Tests.Storage;

[Trait("PostgreSQL", "ends")]
public sealed class DayPackedSnapshotStoreTests(PostgresFixture postgres) : PackedSnapshotStoreTests(() => TestStore.CreateAsync(postgres))
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
}
