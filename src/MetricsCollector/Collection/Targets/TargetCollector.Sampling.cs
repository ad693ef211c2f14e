namespace MetricsCollector.Collection.Targets;

/// <content>Samples between the collections.</content>
public sealed partial class TargetCollector
{
    /// <summary>How often something is sampled between the collections; null when nothing is.</summary>
    internal TimeSpan? SampleInterval =>
        _options.LoadInterval.Value is var interval && interval > TimeSpan.Zero
        && _plan.Metrics.Values.Any(metric => metric.Definition.Sampled)
            ? interval
            : null;

    /// <summary>Takes a sample, unless a collection runs, which takes one itself.</summary>
    /// <param name="stopping">Breaks it off.</param>
    internal async Task SampleAsync(CancellationToken stopping)
    {
        if (!await _oneCollection.WaitAsync(TimeSpan.Zero, stopping))
        {
            Interlocked.Increment(ref _missedSamples);
            return;
        }

        try
        {
            if (!_finished && !_elsewhere)
            {
                await _runner.SampleAsync((int)Interlocked.Exchange(ref _missedSamples, 0), stopping);
            }
        }
        finally
        {
            _oneCollection.Release();
        }
    }
}
