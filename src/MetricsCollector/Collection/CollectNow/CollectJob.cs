using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.CollectNow;

/// <summary>A request to collect that is remembered: to be asked for later, or to be sent again without being done again.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Collections">Its collections, and whether each is stored.</param>
internal sealed record CollectJob(
    Guid Id, string Request, DateTimeOffset StartedAt, Task<IReadOnlyList<(CollectionRun Collection, bool Stored)>> Collections);
