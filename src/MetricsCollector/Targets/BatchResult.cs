namespace MetricsCollector.Targets;

/// <summary>How far the server got with a list of statements.</summary>
/// <param name="Answered">How many statements were answered and read, from the first on.</param>
/// <param name="Durations">How long the server worked on each of them, by its own clock.</param>
/// <param name="Failure">What ended the round trip early: the failure of statement number <paramref name="Answered"/>; null when all were
/// answered.</param>
public sealed record BatchResult(int Answered, IReadOnlyList<TimeSpan> Durations, Exception? Failure)
{
    /// <summary>Whether the statement that failed ran for as long as the session lets a statement run.</summary>
    public bool TimedOut { get; init; }
}
