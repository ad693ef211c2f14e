namespace MetricsCollector.Snapshots;

/// <summary>Chooses series by one label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">The value it must have.</param>
public readonly record struct LabelMatcher(string Name, string Value)
{
    /// <summary>Whether a set has the label with this value.</summary>
    public bool Matches(LabelSet labels) => string.Equals(labels[Name], Value, StringComparison.Ordinal);
}
