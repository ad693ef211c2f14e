namespace MetricsCollector.Snapshots;

/// <summary>Chooses series; what is null or empty chooses everything.</summary>
/// <param name="Target">Exact name of a target.</param>
/// <param name="Metric">Exact name of a metric.</param>
/// <param name="Labels">Labels that must all match.</param>
public sealed record SeriesFilter(string? Target = null, string? Metric = null, IReadOnlyList<LabelMatcher>? Labels = null)
{
    /// <summary>What the labels must fulfil besides, which a store cannot look up: asked of every series it finds, before it reads their
    /// samples; null for nothing.</summary>
    public Func<LabelSet, bool>? Predicate { get; init; }

    /// <summary>Whether a series is chosen.</summary>
    public bool Matches(SeriesKey key) =>
        (Target is null || string.Equals(Target, key.Target, StringComparison.Ordinal))
        && (Metric is null || string.Equals(Metric, key.Metric, StringComparison.Ordinal))
        && MatchesLabels(key.Labels);

    /// <summary>Whether the labels of a row match, whatever its target and metric.</summary>
    public bool MatchesLabels(LabelSet labels) =>
        (Labels is null || Labels.All(label => label.Matches(labels))) && Predicate?.Invoke(labels) != false;
}
