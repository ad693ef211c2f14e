using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>A sample, or a summary that stands for several.</summary>
/// <param name="Sample">The sample; of a summary, its first.</param>
/// <param name="Summary">The summary; null for a sample.</param>
internal readonly record struct SampleOrSummary(Sample Sample, SampleSummary? Summary)
{
    /// <summary>Samples and summaries in order of time.</summary>
    public static IEnumerable<SampleOrSummary> Merge(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries)
    {
        var next = 0;
        foreach (var sample in samples)
        {
            while (next < summaries.Count && summaries[next].From < sample.At)
            {
                yield return Of(summaries[next++]);
            }

            yield return new SampleOrSummary(sample, null);
        }

        while (next < summaries.Count)
        {
            yield return Of(summaries[next++]);
        }
    }

    private static SampleOrSummary Of(SampleSummary summary) => new(new Sample(summary.From, summary.First), summary);
}
