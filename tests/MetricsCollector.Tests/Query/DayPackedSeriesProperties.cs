using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over days packed in the PostgreSQL store.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class DayPackedSeriesProperties(PostgresFixture postgres) : PostgresSeriesProperties(postgres)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackAsync(TimeSpan.Zero, cancellationToken);
}
