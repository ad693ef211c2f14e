using System.Text.Json.Serialization;

namespace MetricsCollector.Storage.Status;

/// <summary>How the store does, at one instant. Counts are since the program started.</summary>
public sealed record StoreReport
{
    /// <summary>Whether it takes snapshots.</summary>
    public required StoreState State { get; init; }

    /// <summary>Why it does not, without secrets; null while it does.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is in this state, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Version of its schema; null until it was read.</summary>
    public int? SchemaVersion { get; init; }

    /// <summary>Collections in memory that wait to be written.</summary>
    [JsonPropertyName("queuedPasses")]
    public int QueuedCollections { get; init; }

    /// <summary>Rows in memory that wait to be written.</summary>
    public long QueuedRows { get; init; }

    /// <summary>Collections on disk that wait to be written: the store did not take them in time.</summary>
    [JsonPropertyName("spooledPasses")]
    public int SpooledCollections { get; init; }

    /// <summary>Bytes of the spool that are in use.</summary>
    public long SpooledBytes { get; init; }

    /// <summary>Why the spool takes no collections, such as being full; null while it does.</summary>
    public string? SpoolReason { get; init; }

    /// <summary>Collections that were lost because the spool took no more and the queue in memory was full.</summary>
    [JsonPropertyName("droppedPasses")]
    public long DroppedCollections { get; init; }

    /// <summary>Rows that were lost because the spool took no more and the queue in memory was full.</summary>
    public long DroppedRows { get; init; }

    /// <summary>Collections that the store answered it would never take.</summary>
    [JsonPropertyName("refusedPasses")]
    public long RefusedCollections { get; init; }

    /// <summary>Why the store refused the last one that it refused; null when it refused none.</summary>
    public string? RefusedReason { get; init; }

    /// <summary>Rows left out of written collections: labels too long to be a key, or the same labels twice in one snapshot.</summary>
    public long LeftOutRows { get; init; }

    /// <summary>Collections written.</summary>
    [JsonPropertyName("writtenPasses")]
    public long WrittenCollections { get; init; }

    /// <summary>Rows written.</summary>
    public long WrittenRows { get; init; }

    /// <summary>Field values written.</summary>
    public long WrittenSamples { get; init; }

    /// <summary>When a batch was last written, UTC; null before the first.</summary>
    public DateTimeOffset? LastWriteAt { get; init; }

    /// <summary>How long history is kept; null before the service runs.</summary>
    public StoreRetention? Retention { get; init; }

    /// <summary>Why expired history is not removed, such as a clock that jumped ahead; null while it is.</summary>
    public string? RetentionReason { get; init; }

    /// <summary>What history takes, measured every few minutes; null before that.</summary>
    public StoreSize? Size { get; init; }

    /// <summary>What last went wrong, without secrets; stays after the store is well again.</summary>
    public string? LastError { get; init; }

    /// <summary>When it went wrong, UTC.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }
}
