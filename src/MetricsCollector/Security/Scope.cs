namespace MetricsCollector.Security;

/// <summary>What a caller may do. Each includes those before it.</summary>
public enum Scope
{
    /// <summary>Read what was collected, the status, and the documentation.</summary>
    Read,

    /// <summary>Have something collected now.</summary>
    Collect,

    /// <summary>Everything, what changes the collector included.</summary>
    Admin,
}
