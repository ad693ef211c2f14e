namespace MetricsCollector.Configuration;

/// <summary>A section of the settings that is ours.</summary>
/// <param name="Path">Its path, such as <c>Collection:Manual</c>.</param>
/// <param name="Type">What it is bound to: a class of options, or a list of such.</param>
/// <param name="IsShared">Whether others may have keys there too, so that only what is close to one of ours is refused.</param>
public sealed record SettingsSection(string Path, Type Type, bool IsShared = false);
