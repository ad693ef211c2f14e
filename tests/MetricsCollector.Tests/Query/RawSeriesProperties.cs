namespace MetricsCollector.Tests.Query;

/// <summary>Over rows of the PostgreSQL store as they were written.</summary>
public sealed class RawSeriesProperties(PostgresFixture postgres) : PostgresSeriesProperties(postgres);
