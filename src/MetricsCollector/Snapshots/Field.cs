namespace MetricsCollector.Snapshots;

/// <summary>One numeric column of a metric.</summary>
/// <param name="Name">PostgreSQL's own name in its newest form, the same on every major version.</param>
/// <param name="Kind">Counter or gauge.</param>
/// <param name="Unit">What one unit is: <c>milliseconds</c>, <c>bytes</c>, <c>timestamp</c> (Unix seconds), <c>boolean</c> (0 or 1),
/// ...</param>
/// <param name="Help">One sentence for people.</param>
public sealed record Field(string Name, FieldKind Kind, string Unit, string Help)
{
    /// <summary>Whether the field counts what rows stand for, so that it is 0 where a row is missing from a whole snapshot.</summary>
    public bool AbsentIsZero { get; init; }
}
