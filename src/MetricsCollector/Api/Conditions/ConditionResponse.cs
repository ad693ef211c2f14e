namespace MetricsCollector.Api.Conditions;

/// <summary>Something about a watched server that needs somebody, as its newest snapshots show it.</summary>
/// <param name="Name">
/// What it is: <c>metricFailing</c>, <c>blockedSessions</c>, <c>connectionsNearLimit</c>, <c>transactionIdsNearWraparound</c> or
/// <c>replicationSlotLost</c>.
/// </param>
/// <param name="Target">Name of the target.</param>
/// <param name="Subject">The metric, database or slot that it is about; null when it is about the whole server.</param>
/// <param name="Since">Since when: as the server says it, else the time of the first snapshot since the start that showed it.</param>
/// <param name="CollectedAt">The time of the snapshot that shows it.</param>
/// <param name="Message">What is the matter, with the numbers.</param>
internal sealed record ConditionResponse(
    string Name, string Target, string? Subject, DateTimeOffset Since, DateTimeOffset CollectedAt, string Message);
