
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>A store on the collector's machine, as far as clocks go: it has the same one.</summary>
internal sealed class SameClockStore(TimeProvider time) : IStore
{
    public bool IsRemote => true;

    public string Place => "here";

    public int ProgramVersion => 1;

    public Task<int> FindAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> PrepareAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) =>
        Task.FromResult<DateTimeOffset?>(time.GetUtcNow());

    public Task<string?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
