namespace MetricsCollector.Targets;

/// <summary>The targets that the settings name.</summary>
/// <param name="Watched">Those to watch.</param>
/// <param name="Names">The names of all, of those that are turned off too: nobody else may take them.</param>
public sealed record NamedTargets(IReadOnlyList<Target> Watched, IReadOnlyCollection<string> Names);
