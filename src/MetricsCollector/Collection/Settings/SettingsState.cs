using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Settings;

/// <summary>The settings that take effect while the program runs, as they were last right.</summary>
/// <param name="Targets">The targets that the settings name.</param>
/// <param name="Options">The section <c>Collection</c>.</param>
/// <param name="LoadedAt">When they were read.</param>
public sealed record SettingsState(NamedTargets Targets, CollectionOptions Options, DateTimeOffset LoadedAt)
{
    /// <summary>Whether others would have the same effect.</summary>
    internal bool SameAs(SettingsState other) =>
        Targets.Watched
            .Select(target => target.Version)
            .SequenceEqual(other.Targets.Watched.Select(target => target.Version), StringComparer.Ordinal)
        && Targets.Names.SequenceEqual(other.Targets.Names, StringComparer.Ordinal)
        && Options.SameAs(other.Options);
}
