using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Settings;

/// <summary>Settings of the collection, section <c>Collection</c>.</summary>
public sealed class CollectionOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Collection";

    /// <summary>
    /// How often a metric whose file says <c>every: 1m</c> is read; the others keep their ratio to it. Default 1 minute, 1 s to 1 day.
    /// </summary>
    public Duration Interval { get; set; } = new(TimeSpan.FromMinutes(1));

    /// <summary>
    /// How often active sessions are sampled between the collections, for the metric <c>load</c>. Default 1 s, 100 ms to 10 s; 0
    /// switches it off.
    /// </summary>
    public Duration LoadInterval { get; set; } = new(TimeSpan.FromSeconds(1));

    /// <summary>How long connecting, and each statement on the server, may take. Default 10 s, 100 ms to 5 minutes.</summary>
    public Duration Timeout { get; set; } = new(TimeSpan.FromSeconds(10));

    /// <summary>How long a statement may wait for a lock. Default 100 ms, 1 ms to 10 s.</summary>
    public Duration LockTimeout { get; set; } = new(TimeSpan.FromMilliseconds(100));

    /// <summary>How many rows per database are kept of <c>tables</c>, <c>indexes</c>, <c>statements</c> and <c>functions</c>, and per
    /// target of <c>load</c>. Default 200, 1 to 10,000.</summary>
    public int TopRows { get; set; } = 200;

    /// <summary>
    /// Whether texts of statements are read and stored: <c>on</c> or <c>off</c>. Default on. Texts that are stored already stay until their
    /// series are removed.
    /// </summary>
    public OnOff StatementTexts { get; set; } = OnOff.On;

    /// <summary>How many collections run at the same time, an eighth of them over new connections. Default 64, 1 to 1,000.</summary>
    public int MaxParallelTargets { get; set; } = 64;

    /// <summary>
    /// How long the program may take to stop: half of it for collections that run, the rest for storing or
    /// spooling what was collected. Default 20 s, 1 s to 10 minutes. Read at start.
    /// </summary>
    public Duration StopTimeout { get; set; } = new(TimeSpan.FromSeconds(20));

    /// <summary>What this collector is called among those that share a store; at most 36 characters. Default the name of the machine. Read
    /// at start.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Whether others say the same.</summary>
    internal bool SameAs(CollectionOptions other) =>
        (Interval, LoadInterval, Timeout, LockTimeout, TopRows, StatementTexts, MaxParallelTargets, StopTimeout, Name)
        == (other.Interval, other.LoadInterval, other.Timeout, other.LockTimeout, other.TopRows, other.StatementTexts,
            other.MaxParallelTargets, other.StopTimeout, other.Name);
}
