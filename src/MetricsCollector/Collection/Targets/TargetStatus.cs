namespace MetricsCollector.Collection.Targets;

/// <summary>Whether a target answers.</summary>
public enum TargetStatus
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It answered last time.</summary>
    Up,

    /// <summary>It did not answer last time.</summary>
    Down,
}
