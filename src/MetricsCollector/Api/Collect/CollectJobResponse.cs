namespace MetricsCollector.Api.Collect;

/// <summary>A request to collect that is worked on behind the answer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Done">Whether it has ended.</param>
/// <param name="StartedAt">When it was made.</param>
/// <param name="Items">Its collections; empty until it has ended.</param>
internal sealed record CollectJobResponse(Guid Id, bool Done, DateTimeOffset StartedAt, IReadOnlyList<CollectNowResponse> Items);
