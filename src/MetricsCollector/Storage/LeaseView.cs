namespace MetricsCollector.Storage;

/// <summary>Who collects what.</summary>
/// <param name="Held">What this collector holds.</param>
/// <param name="Surplus">What of it another collector is to have: to be released when its collections are stored.</param>
/// <param name="Holders">The names of the collectors that hold targets, by target.</param>
/// <param name="Collectors">Every collector that is there.</param>
internal sealed record LeaseView(
    IReadOnlySet<string> Held, IReadOnlyCollection<string> Surplus, IReadOnlyDictionary<string, string> Holders,
    IReadOnlyList<CollectorPresence> Collectors)
{
    /// <summary>Why this collector can hold nothing, and what to do; null when it can.</summary>
    public string? Passive { get; init; }
}
