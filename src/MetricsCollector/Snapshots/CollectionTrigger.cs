namespace MetricsCollector.Snapshots;

/// <summary>What started a collection.</summary>
public enum CollectionTrigger
{
    /// <summary>The schedule.</summary>
    Schedule,

    /// <summary>Somebody asked for it.</summary>
    Manual,
}
