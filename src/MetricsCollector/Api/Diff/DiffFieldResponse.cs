using MetricsCollector.Api.Queries;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;

namespace MetricsCollector.Api.Diff;

/// <summary>What one of several counters of a series did between two instants.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Unit">Unit of the increase.</param>
/// <param name="Increase">By how much it grew; null when that is not known.</param>
/// <param name="PerSecond">The same for each second that was seen.</param>
/// <param name="Share">Its part of what the field grew by over all series, from 0 to 1.</param>
/// <param name="Resets">Where it was reset.</param>
/// <param name="Gaps">Where values are missing, and why.</param>
internal sealed record DiffFieldResponse(
    string Field, string Unit, double? Increase, double? PerSecond, double Share,
    IReadOnlyList<Reset> Resets, IReadOnlyList<GapResponse> Gaps)
{
    /// <summary>Shows a counter.</summary>
    public static DiffFieldResponse Of(DiffField field) =>
        new(field.Field, field.Unit, field.Increase, field.PerSecond, field.Share, field.Resets, GapResponse.Of(field.Gaps));
}
