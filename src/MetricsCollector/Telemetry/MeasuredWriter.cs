using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Telemetry;

/// <summary>Counts every pass on its way to the store.</summary>
/// <param name="inner">What takes the passes.</param>
/// <param name="meters">What counts.</param>
/// <param name="collectors">Tells the collectors, which are made after their writer.</param>
internal sealed class MeasuredWriter(ISnapshotWriter inner, CollectorMeters meters, Func<TargetCollectors> collectors) : ISnapshotWriter
{
    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken)
    {
        foreach (var pass in passes)
        {
            meters.Passed(pass, pass.Trigger == CollectionTrigger.Schedule ? collectors().Find(pass.Target)?.State.Lateness : null);
        }

        return inner.WriteAsync(passes, cancellationToken);
    }
}
