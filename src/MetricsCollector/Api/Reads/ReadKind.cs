namespace MetricsCollector.Api.Reads;

/// <summary>What an endpoint has in memory while it answers.</summary>
internal enum ReadKind
{
    /// <summary>Snapshots in memory, written for each answer.</summary>
    Latest,

    /// <summary>Stored snapshots, a page or a portion in memory at a time.</summary>
    Snapshots,

    /// <summary>Samples of series, from which something is computed.</summary>
    Samples,

    /// <summary>Names and labels of series.</summary>
    Series,
}
