namespace MetricsCollector.Query.Events;

/// <summary>What a label of a row said became something else.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Scope">Where the row is, such as a database; empty where all rows of the target are compared.</param>
/// <param name="Subject">What the row is about.</param>
/// <param name="After">The last collection that had the old text.</param>
/// <param name="At">The first collection that had the new one.</param>
/// <param name="Old">The old text; null where the row was not there.</param>
/// <param name="New">The new one; null where the row is not there.</param>
internal sealed record RowChange(
    string Target, string Scope, string Subject, DateTimeOffset After, DateTimeOffset At, string? Old, string? New);
