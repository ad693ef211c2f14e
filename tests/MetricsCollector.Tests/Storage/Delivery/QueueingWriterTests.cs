using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsCollector.Tests.Storage.Delivery;

[Trait("PostgreSQL", "any")]
public sealed class QueueingWriterTests
{
    [Fact]
    public async Task An_observer_that_fails_costs_neither_the_collection_nor_another_observer()
    {
        var queue = new DeliveryQueue();
        var latest = new LatestSnapshots();
        var told = new List<CollectionRun>();
        var writer = new QueueingWriter(
            queue,
            latest,
            new StoreStatus(TimeProvider.System),
            [new Observer(_ => throw new InvalidOperationException("broken")), new Observer(told.Add)],
            NullLogger<QueueingWriter>.Instance);
        var collection = TestCollections.Collected("a", DateTimeOffset.UnixEpoch.AddYears(56), TestCollections.Value("up", 1));

        await writer.WriteAsync([collection], TestContext.Current.CancellationToken);

        Assert.Equal([collection], told);
        Assert.Equal([collection], queue.Take(1_000));
        Assert.Equal(collection.Snapshots[0], latest.Find("a", "up"));
    }

    private sealed class Observer(Action<CollectionRun> finished) : ICollectionObserver
    {
        public void Finished(CollectionRun collection) => finished(collection);
    }
}
