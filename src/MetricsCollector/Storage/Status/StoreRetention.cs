namespace MetricsCollector.Storage.Status;

/// <summary>How long history is kept, as the settings say.</summary>
/// <param name="Default">Metrics that are not named, such as <c>30d</c>.</param>
/// <param name="Metrics">The others, by name or glob.</param>
public sealed record StoreRetention(string Default, IReadOnlyDictionary<string, string> Metrics);
