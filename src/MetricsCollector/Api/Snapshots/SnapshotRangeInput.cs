using MetricsCollector.Query;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Snapshots;

/// <summary>A checked question for stored snapshots.</summary>
/// <param name="Range">Which.</param>
/// <param name="Globs">Labels that must match besides.</param>
/// <param name="Fields">Fields to show; null for all.</param>
/// <param name="Tail">Whether somebody follows what comes.</param>
internal sealed record SnapshotRangeInput(SnapshotRange Range, LabelGlobs Globs, IReadOnlyList<string>? Fields, bool Tail)
{
    /// <summary>Whether no limit was given.</summary>
    public bool Unbounded { get; init; }
}
