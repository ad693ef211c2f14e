using MetricsCollector.Query;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api;

/// <summary>What one counter did between two instants.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Unit">Unit of the increase.</param>
/// <param name="Labels">What the series is about.</param>
/// <param name="Increase">By how much it grew.</param>
/// <param name="PerSecond">The same for each second that was seen.</param>
/// <param name="Share">Its part of what the field grew by over all series, from 0 to 1.</param>
/// <param name="Resets">Where it began anew.</param>
internal sealed record DiffItemResponse(
    string Target, string Field, string Unit, LabelSet Labels, double Increase, double? PerSecond, double Share, IReadOnlyList<Reset> Resets);
