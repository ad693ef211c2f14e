namespace MetricsCollector.Collection.Settings;

/// <summary>Whether something is done.</summary>
public enum OnOff
{
    /// <summary>It is.</summary>
    On,

    /// <summary>It is not.</summary>
    Off,
}
