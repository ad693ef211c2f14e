using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Query;

/// <summary>Over hours packed in the PostgreSQL store.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class HourPackedSeriesProperties(PostgresFixture postgres) : PostgresSeriesProperties(postgres)
{
    private protected override Task PackAsync(TestStore store, CancellationToken cancellationToken) =>
        store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
}
