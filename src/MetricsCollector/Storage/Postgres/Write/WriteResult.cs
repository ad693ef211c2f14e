namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>What one batch came to.</summary>
/// <param name="Collections">Collections that were not stored before.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Samples">Field values written.</param>
/// <param name="LeftOut">Rows left out.</param>
internal readonly record struct WriteResult(int Collections, long Rows, long Samples, int LeftOut);
