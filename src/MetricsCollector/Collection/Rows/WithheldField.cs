namespace MetricsCollector.Collection.Rows;

/// <summary>A field that our role would be shown wrong, so that it is left out.</summary>
/// <param name="Field">The field, or <see cref="MetricsCollector.Catalog.Definitions.FieldPrivilege.Rows"/> where rows are missing.</param>
/// <param name="Reason">Why, and what would mend it.</param>
public sealed record WithheldField(string Field, string Reason);
