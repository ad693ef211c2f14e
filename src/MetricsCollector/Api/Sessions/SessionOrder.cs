namespace MetricsCollector.Api.Sessions;

/// <summary>What the sessions that come first have most of.</summary>
internal enum SessionOrder
{
    /// <summary>The longest open transaction.</summary>
    Transaction,

    /// <summary>The longest running statement.</summary>
    Query,

    /// <summary>The longest time in their state.</summary>
    State,

    /// <summary>The most sessions that wait for them.</summary>
    Blocks,

    /// <summary>The oldest snapshot, which keeps vacuum from removing rows.</summary>
    Xmin,
}
