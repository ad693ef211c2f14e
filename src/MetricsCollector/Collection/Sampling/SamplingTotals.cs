namespace MetricsCollector.Collection.Sampling;

/// <summary>How a target was sampled since the counters began.</summary>
internal sealed class SamplingTotals
{
    /// <summary>Samples that were taken.</summary>
    public long Samples { get; set; }

    /// <summary>Samples that were due and not taken.</summary>
    public long Skipped { get; set; }

    /// <summary>The time that they stand for, in units of <see cref="SampledTime"/>.</summary>
    public long Observed { get; set; }

    /// <summary>The sum of all counters, in units of <see cref="SampledTime"/>.</summary>
    public long Active { get; set; }

    /// <summary>How long those between the collections took.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>The values of the fields of a metric whose file says <c>computed: sampling</c>.</summary>
    /// <param name="since">When the counters began.</param>
    public IReadOnlyDictionary<string, double> Fields(DateTimeOffset since) => new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["stats_reset"] = since.ToUnixTimeMilliseconds() / 1000.0,
        ["samples"] = Samples,
        ["samples_skipped"] = Skipped,
        ["sampled_seconds"] = SampledTime.Seconds(Observed),
        ["active_seconds"] = SampledTime.Seconds(Active),
        ["sampling_time"] = Took.TotalMilliseconds,
    };
}
