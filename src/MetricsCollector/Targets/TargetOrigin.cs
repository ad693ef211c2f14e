namespace MetricsCollector.Targets;

/// <summary>Who named a target.</summary>
public enum TargetOrigin
{
    /// <summary>The settings, or libpq's environment; changed there.</summary>
    Settings,

    /// <summary>Somebody over the API; kept in the store.</summary>
    Api,
}
