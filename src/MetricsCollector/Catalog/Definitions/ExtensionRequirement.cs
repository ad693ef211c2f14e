namespace MetricsCollector.Catalog.Definitions;

/// <summary>An extension that a metric needs.</summary>
/// <param name="Name">Name of the extension, as in <c>CREATE EXTENSION</c>.</param>
/// <param name="MinVersion">The oldest version that will do; null for any.</param>
/// <param name="Preloaded">Whether it works only when it is in <c>shared_preload_libraries</c> under the same name.</param>
public sealed record ExtensionRequirement(string Name, Version? MinVersion, bool Preloaded = false);
