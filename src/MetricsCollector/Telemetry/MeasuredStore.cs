using System.Diagnostics;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Telemetry;

/// <summary>Times and traces every batch that goes to the store.</summary>
internal sealed class MeasuredStore(IStore inner, CollectorMeters meters, TimeProvider time) : IStore
{
    private static readonly ActivitySource Traces = new(CollectorMeters.Name);

    /// <inheritdoc />
    public bool CanBeAway => inner.CanBeAway;

    /// <inheritdoc />
    public string Place => inner.Place;

    /// <inheritdoc />
    public int ProgramVersion => inner.ProgramVersion;

    /// <inheritdoc />
    public Task<int> FindAsync(CancellationToken cancellationToken) => inner.FindAsync(cancellationToken);

    /// <inheritdoc />
    public Task<int> PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => inner.ReadClockAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<string?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        using var activity = Traces.StartActivity("keep store");
        return await inner.KeepAsync(policy, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken)
    {
        using var activity = Traces.StartActivity("write store");
        activity?.SetTag("metrics_collector.passes", passes.Count);
        var start = time.GetTimestamp();
        var worked = false;
        try
        {
            await inner.WriteAsync(passes, cancellationToken);
            worked = true;
        }
        finally
        {
            meters.Wrote(time.GetElapsedTime(start), worked);
            activity?.SetStatus(worked ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        }
    }
}
