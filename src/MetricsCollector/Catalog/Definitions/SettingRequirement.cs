namespace MetricsCollector.Catalog.Definitions;

/// <summary>A setting without which a metric has nothing to show.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Values">The values with which there is something.</param>
public sealed record SettingRequirement(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The settings that a metric file may name: those that are read with the facts of a server.</summary>
    public static IReadOnlyList<string> Known { get; } = ["compute_query_id", "pg_stat_statements.track", "track_functions"];

    /// <inheritdoc />
    public bool Equals(SettingRequirement? other) => other is not null && Name == other.Name && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
