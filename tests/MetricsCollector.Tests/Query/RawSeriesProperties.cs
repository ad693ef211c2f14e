namespace MetricsCollector.Tests.Query;

/// <summary>Over rows of the PostgreSQL store as they were written.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class RawSeriesProperties(PostgresFixture postgres) : PostgresSeriesProperties(postgres);
