using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Delivery;

[Trait("PostgreSQL", "any")]
public sealed class DeliveryQueueTests
{
    // Each collection of the tests weighs two: itself and its one row.
    private static readonly CollectionRun[] Collections = [
        .. Enumerable.Range(0, 10).Select(i => Collected("a", Noon.AddMinutes(i), Value("up", i)))];

    [Fact]
    public void Collections_leave_in_order_and_in_batches()
    {
        var queue = new DeliveryQueue();
        queue.Add(Collections);
        Assert.Equal(Collections[..3], queue.Take(7));
        queue.Done();
        Assert.Equal(Collections[3..4], queue.Take(1));
        queue.Done();
        Assert.Equal((6, 12L), (queue.Collections, queue.Rows));
        Assert.Equal(Collections[4..], queue.Take(1_000));
        queue.Done();
        Assert.Equal((0, 0L), (queue.Collections, queue.Rows));
        Assert.Empty(queue.Take(1));
    }

    [Fact]
    public void What_is_put_back_comes_first_again_except_what_is_done()
    {
        var queue = new DeliveryQueue();
        queue.Add(Collections[..4]);
        queue.Take(6);
        queue.Add(Collections[4..6]);
        Assert.Equal(default, queue.PutBack(done: 1));
        Assert.Equal(5, queue.Collections);
        Assert.Equal(Collections[1..6], queue.Take(1_000));
    }

    [Fact]
    public async Task Who_asks_late_for_a_lost_or_refused_collection_is_not_told_that_it_is_stored()
    {
        var queue = new DeliveryQueue(capacity: 4);
        queue.Add(Collections[..3]);
        Assert.False(await queue.LeavesAsync(Collections[0].Id));
        queue.Take(1_000);
        queue.Refused(Collections[1].Id);
        Assert.False(await queue.LeavesAsync(Collections[1].Id));
        queue.Done();
        Assert.False(await queue.LeavesAsync(Collections[1].Id));
        Assert.True(await queue.LeavesAsync(Collections[2].Id));
    }

    [Fact]
    public void A_full_queue_lets_go_of_the_oldest()
    {
        var queue = new DeliveryQueue(capacity: 6);
        Assert.Equal(default, queue.Add(Collections[..3]));
        Assert.Equal(new DeliveryQueue.Loss(2, 2), queue.Add(Collections[3..5]));
        Assert.Equal(Collections[2..5], queue.Take(1_000));
    }

    [Fact]
    public void What_is_being_written_takes_room_until_it_is_put_back_or_done()
    {
        var queue = new DeliveryQueue(capacity: 6);
        queue.Add(Collections[..2]);
        queue.Take(1_000);
        Assert.Equal(new DeliveryQueue.Loss(1, 1), queue.Add(Collections[2..4]));
        Assert.Equal(default, queue.PutBack());
        Assert.Equal([Collections[0], Collections[1], Collections[3]], queue.Take(1_000));
    }

    [Fact]
    public void A_collection_larger_than_the_queue_is_kept_while_it_is_the_newest()
    {
        var queue = new DeliveryQueue(capacity: 1);
        Assert.Equal(default, queue.Add([Collections[0]]));
        Assert.Equal(new DeliveryQueue.Loss(1, 1), queue.Add([Collections[1]]));
        Assert.Equal([Collections[1]], queue.Take(1));
    }

    [Fact]
    public async Task Whoever_waits_is_woken_by_a_collection()
    {
        var queue = new DeliveryQueue();
        var waiting = queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        queue.Add(Collections[..1]);
        await waiting;
        await queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Single(queue.Take(1_000));
    }

    [Fact]
    public async Task What_is_spooled_leaves_as_stored_and_what_is_being_written_meanwhile_stays()
    {
        var time = new FakeTimeProvider();
        var queue = new DeliveryQueue(time: time);
        queue.Add(Collections[..2]);
        time.Advance(TimeSpan.FromSeconds(2));
        queue.Add(Collections[2..3]);
        queue.Take(1);
        var leaves = queue.LeavesAsync(Collections[0].Id);
        Assert.Equal(Collections[1..2], queue.Overdue(TimeSpan.FromSeconds(1), 1_000));
        Assert.Equal(Collections[1..3], queue.Overdue(TimeSpan.Zero, 1_000));

        queue.Spooled(Collections[..2]);
        Assert.True(await leaves);
        Assert.Equal(2, queue.Collections);
        queue.Done();
        Assert.Equal(Collections[2..3], queue.Take(1_000));
    }
}
