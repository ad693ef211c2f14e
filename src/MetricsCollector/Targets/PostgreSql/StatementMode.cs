namespace MetricsCollector.Targets.PostgreSql;

/// <summary>How a statement runs.</summary>
/// <param name="OfRole">With the settings of its role, as in psql.</param>
/// <param name="Raw">With its texts sent as the bytes that the database holds.</param>
internal readonly record struct StatementMode(bool OfRole, bool Raw);
