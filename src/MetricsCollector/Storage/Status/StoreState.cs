namespace MetricsCollector.Storage.Status;

/// <summary>Whether the store takes snapshots.</summary>
public enum StoreState
{
    /// <summary>Not reached yet since the program started.</summary>
    Starting,

    /// <summary>It takes snapshots and answers.</summary>
    Ready,

    /// <summary>It does not answer, or not as it should; snapshots wait and are tried again.</summary>
    Unavailable,

    /// <summary>A newer program made its schema.</summary>
    SchemaTooNew,
}
