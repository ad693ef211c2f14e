namespace MetricsCollector.Assignment;

/// <summary>Which collector of the store collects what.</summary>
public sealed record FleetState
{
    /// <summary>What this collector is called.</summary>
    public required string Name { get; init; }

    /// <summary>The collectors that work on the store and how many targets each holds, ordered by name.</summary>
    public IReadOnlyList<(string Name, int Targets, bool Self)> Collectors { get; init; } = [];

    /// <summary>The names of the collectors that hold targets, by target.</summary>
    public IReadOnlyDictionary<string, string> Holders { get; init; } = new Dictionary<string, string>();

    /// <summary>Why something of it does not work; empty when everything does.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Why the store does not say which collector collects what; null while it does.</summary>
    public string? Unshared { get; init; }
}
