namespace MetricsCollector.Catalog.Definitions;

/// <summary>A role without whose rights PostgreSQL hides part of what a metric reads, without an error.</summary>
/// <param name="Field">The field that would read wrong, and is left out then; <see cref="Rows"/> where it is rows that are missing.</param>
/// <param name="Role">The predefined role.</param>
public sealed record FieldPrivilege(string Field, string Role)
{
    /// <summary>Stands for rows that are hidden.</summary>
    public const string Rows = "*";
}
