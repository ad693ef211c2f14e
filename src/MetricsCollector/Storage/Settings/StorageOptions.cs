using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Settings;

/// <summary>Settings of the store, section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>How long history is kept. Default 30 days, at least one hour.</summary>
    public Duration Retention { get; set; } = new(TimeSpan.FromDays(30));

    /// <summary>
    /// How long the history of single metrics is kept, by name or glob, such as <c>statements: 7d</c>; the name wins, then the longest
    /// glob. Default none, at least one hour each.
    /// </summary>
    public Dictionary<string, Duration> MetricRetention { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The SQLite file that is the store when <c>ConnectionStrings:Store</c> is empty; made where it is missing. Relative to the
    /// working directory. Default <c>data/metrics_raw.db</c>.
    /// </summary>
    public string Path { get; set; } = "data/metrics_raw.db";

    /// <summary>Where collections wait while the store cannot take them.</summary>
    public SpoolOptions Spool { get; set; } = new();

    /// <summary>
    /// Whether the tables of a PostgreSQL store are spread over several machines by Citus, whose extension its database then has to have.
    /// A store that was once distributed stays so. Default false.
    /// </summary>
    public bool Distributed { get; set; }

    /// <summary>How long after its end an hour of history is packed. Default 2 hours, at least one minute.</summary>
    public Duration PackAfter { get; set; } = new(TimeSpan.FromHours(2));

    /// <summary>
    /// Where the keys are that encrypt the connection strings of targets named over the API; collectors that share a store share it.
    /// Relative to the working directory. Default <c>data/keys</c>.
    /// </summary>
    public string KeyDirectory { get; set; } = "data/keys";
}
