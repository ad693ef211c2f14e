using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query.Absent;

/// <summary>Over the SQLite store.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqliteSparseGauges : SparseGaugeProperties
{
    private protected override Task<IContractStore> CreateAsync() => Task.FromResult<IContractStore>(new SqliteTestStore());
}
