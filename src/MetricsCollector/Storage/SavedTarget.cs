namespace MetricsCollector.Storage;

/// <summary>A target that somebody named over the API.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its settings without secrets; JSON.</param>
/// <param name="Secret">Its connection string, encrypted.</param>
internal sealed record SavedTarget(string Name, string Settings, string Secret);
