using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Sessions;

/// <summary>The sessions of a server now.</summary>
/// <param name="Target">The target.</param>
/// <param name="ReadAt">When they were read.</param>
/// <param name="Outcome">Whether all of it could be read.</param>
/// <param name="Reason">What could not, and what would mend it; null when ok.</param>
/// <param name="Items">The sessions.</param>
/// <param name="LeftOut">How many more match.</param>
internal sealed record SessionsResponse(
    string Target,
    DateTimeOffset ReadAt,
    OutcomeStatus Outcome,
    string? Reason,
    IReadOnlyList<SessionResponse> Items,
    int LeftOut);
