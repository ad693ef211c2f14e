namespace MetricsCollector.Query.Blocking;

/// <summary>An edge of the tree: a session waits for a lock that another one holds, or stands before it in the queue for.</summary>
/// <param name="Blocked">Who waits.</param>
/// <param name="Blocker">Who it waits for.</param>
public sealed record LockWait(BlockingSession Blocked, BlockingSession Blocker)
{
    /// <summary>Database of the session that waits.</summary>
    public string? Database { get; init; }

    /// <summary>Kind of the locked object.</summary>
    public string? LockType { get; init; }

    /// <summary>Mode of the lock that is waited for.</summary>
    public string? Mode { get; init; }

    /// <summary>Table or index that the lock is about; null where none is known.</summary>
    public string? Relation { get; init; }

    /// <summary>How long it has been waiting, in seconds; null in the first moment.</summary>
    public double? Wait { get; init; }

    /// <summary>When it began to wait, by the server's clock; null in the first moment.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What is known of who waits.</summary>
    public BlockingDetails BlockedDetails { get; init; } = new();

    /// <summary>What is known of who it waits for.</summary>
    public BlockingDetails BlockerDetails { get; init; } = new();

    /// <summary>How many sessions wait in all, those that were not looked at included.</summary>
    public double? Waiting { get; init; }
}
