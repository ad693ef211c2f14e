namespace MetricsCollector.Tests.Storage.Citus;

/// <summary>A store that is spread over several machines does what every store does, with nothing packed yet.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CitusSnapshotStoreTests() : PackedSnapshotStoreTests(TestStore.CreateDistributedAsync)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) => Task.CompletedTask;
}
