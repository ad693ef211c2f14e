namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Where the next page will ask.</summary>
/// <param name="Cache">Keeps what is unpacked for it.</param>
/// <param name="Descending">Whether it is the page before, and not the page after.</param>
internal sealed record ReadAhead(UnpackedCache Cache, bool Descending);
