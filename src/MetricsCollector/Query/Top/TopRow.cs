using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Top;

/// <summary>A group, or several together.</summary>
/// <param name="Target">The target of its series; null when they may have several.</param>
/// <param name="Labels">The labels on which its series agree.</param>
/// <param name="Groups">How many groups it stands for.</param>
/// <param name="Fields">What its fields did.</param>
internal sealed record TopRow(string? Target, LabelSet Labels, int Groups, IReadOnlyList<TopField> Fields)
{
    /// <summary>The first places where a counter of it was reset.</summary>
    public IReadOnlyList<Reset> Resets { get; init; } = [];

    /// <summary>The first times in which values of it are missing, and why.</summary>
    public IReadOnlyList<ExplainedGap> Gaps { get; init; } = [];

    /// <summary>Texts that describe all its series alike, such as that of a statement.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
