namespace MetricsCollector.Storage.Status;

/// <summary>What history takes, and will take.</summary>
/// <param name="OldestAt">Instant of the oldest snapshot, UTC; null when there is none.</param>
/// <param name="Bytes">All of the store, indexes included.</param>
/// <param name="BytesPerSample">Of the newest history in its smallest form, indexes included; null before there is any.</param>
/// <param name="BytesPerDay">
/// How much a day of history takes once it is packed; estimated from what is not packed yet while nothing else is there; null before there
/// is any.
/// </param>
/// <param name="ForecastBytes">What the store comes to when it holds as many days as the retention says; null before there is any
/// history.</param>
public sealed record StoreSize(DateTimeOffset? OldestAt, long Bytes, double? BytesPerSample, long? BytesPerDay, long? ForecastBytes);
