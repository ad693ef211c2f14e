namespace MetricsCollector.Storage;

/// <summary>Lets a store give summaries of what it has packed instead of the samples, where they say all that is asked.</summary>
/// <param name="Step">A summary lies in one step; steps are multiples of it since the Unix epoch.</param>
/// <param name="Uses">What the summaries of each field are wanted for; of a field that is absent, samples.</param>
public sealed record SummaryRequest(TimeSpan Step, IReadOnlyDictionary<string, SummaryUse> Uses)
{
    /// <summary>The longest distance of two neighbours in a summary of <see cref="SummaryUse.Differences"/> or
    /// <see cref="SummaryUse.Increases"/>, piece by piece; empty for no limit.</summary>
    public IReadOnlyList<GapLimit> LongestGaps { get; init; } = [];

    /// <summary>
    /// A field that does not change inside a summary of <see cref="SummaryUse.Increases"/> or <see cref="SummaryUse.FirstAndLast"/>; null
    /// for none.
    /// </summary>
    public string? ConstantField { get; init; }

    /// <summary>Times that no summary of <see cref="SummaryUse.Increases"/> may overlap.</summary>
    public IReadOnlyList<(DateTimeOffset After, DateTimeOffset Until)> ExcludedIntervals { get; init; } = [];
}
