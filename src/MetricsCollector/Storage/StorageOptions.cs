using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>Settings of the store, section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>How long history is kept. Default 30 days, at least one hour.</summary>
    public Duration Retention { get; set; } = new(TimeSpan.FromDays(30));
}
