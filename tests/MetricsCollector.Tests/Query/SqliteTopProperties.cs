using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over the SQLite store.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqliteTopProperties : TopProperties
{
    private protected override Task<IContractStore> CreateAsync() => Task.FromResult<IContractStore>(new SqliteTestStore());
}
