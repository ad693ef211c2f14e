namespace MetricsCollector.Benchmarks;

/// <summary>A figure and its reference.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">What we reached.</param>
/// <param name="Reference">What the reference reached in the same run; null where the goal is an absolute number.</param>
/// <param name="Unit">The unit of both.</param>
/// <param name="Goal">What is to be reached, in words: <c>ratio >= 0.6</c>.</param>
internal sealed record Measurement(string What, double Ours, double? Reference, string Unit, string Goal)
{
    /// <summary>Ours over the reference.</summary>
    public double? Ratio => Ours / Reference;
}
