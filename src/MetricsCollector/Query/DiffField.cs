using MetricsCollector.Query.Resets;

namespace MetricsCollector.Query;

/// <summary>What one counter of a series did between two instants.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Unit">Unit of the increase.</param>
/// <param name="Increase">By how much it grew; null when that is not known.</param>
/// <param name="PerSecond">The same for each second that was seen.</param>
/// <param name="Share">Its part of what the field grew by over all series, from 0 to 1.</param>
/// <param name="Resets">Where it was reset.</param>
/// <param name="Gaps">Where values are missing, and why; what happened meanwhile is not counted.</param>
internal sealed record DiffField(
    string Field, string Unit, double? Increase, double? PerSecond, double Share, IReadOnlyList<Reset> Resets,
    IReadOnlyList<ExplainedGap> Gaps);
