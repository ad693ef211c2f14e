namespace MetricsCollector.Tests.Storage;

/// <summary>The SQLite store does what every store does.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqliteSnapshotStoreTests : SnapshotStoreContract
{
    protected override Task<IContractStore> CreateStoreAsync() => Task.FromResult<IContractStore>(new SqliteTestStore());
}
