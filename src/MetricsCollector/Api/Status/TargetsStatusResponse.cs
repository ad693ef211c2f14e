namespace MetricsCollector.Api.Status;

/// <summary>How the targets do.</summary>
/// <param name="Up">How many answer.</param>
/// <param name="Down">How many do not.</param>
/// <param name="Unknown">How many were not asked yet.</param>
/// <param name="DownReasons">Why those that do not answer do not, by name.</param>
internal sealed record TargetsStatusResponse(int Up, int Down, int Unknown, IReadOnlyDictionary<string, string> DownReasons);
