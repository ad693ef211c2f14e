namespace MetricsCollector.Api.Http;

/// <summary>How often somebody may have something collected by hand: <c>Collection:Manual</c>.</summary>
public sealed class CollectOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Collection:Manual";

    /// <summary>How many requests a minute may collect; more get 429 and when to come back. Default 60, 1 to 6,000. Read at
    /// start.</summary>
    public int PerMinute { get; set; } = 60;
}
