using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestPasses;

namespace MetricsCollector.Tests.Storage;

[Trait("PostgreSQL", "any")]
public sealed class PassQueueTests
{
    // Each pass of the tests weighs two: itself and its one row.
    private static readonly CollectionPass[] Passes = [.. Enumerable.Range(0, 10).Select(i => Pass("a", Noon.AddMinutes(i), Value("up", i)))];

    [Fact]
    public void Passes_leave_in_order_and_in_batches()
    {
        var queue = new PassQueue();
        queue.Add(Passes);
        Assert.Equal(Passes[..3], queue.Take(7));
        queue.Done();
        Assert.Equal(Passes[3..4], queue.Take(1));
        queue.Done();
        Assert.Equal((6, 12L), (queue.Passes, queue.Rows));
        Assert.Equal(Passes[4..], queue.Take(1_000));
        queue.Done();
        Assert.Equal((0, 0L), (queue.Passes, queue.Rows));
        Assert.Empty(queue.Take(1));
    }

    [Fact]
    public void What_is_put_back_comes_first_again_except_what_is_done()
    {
        var queue = new PassQueue();
        queue.Add(Passes[..4]);
        queue.Take(6);
        queue.Add(Passes[4..6]);
        Assert.Equal(default, queue.PutBack(done: 1));
        Assert.Equal(5, queue.Passes);
        Assert.Equal(Passes[1..6], queue.Take(1_000));
    }

    [Fact]
    public async Task Who_asks_late_for_a_lost_or_refused_pass_is_not_told_that_it_is_stored()
    {
        var queue = new PassQueue(capacity: 4);
        queue.Add(Passes[..3]);
        Assert.False(await queue.LeavesAsync(Passes[0].Id));
        queue.Take(1_000);
        queue.Refused(Passes[1].Id);
        Assert.False(await queue.LeavesAsync(Passes[1].Id));
        queue.Done();
        Assert.False(await queue.LeavesAsync(Passes[1].Id));
        Assert.True(await queue.LeavesAsync(Passes[2].Id));
    }

    [Fact]
    public void A_full_queue_lets_go_of_the_oldest()
    {
        var queue = new PassQueue(capacity: 6);
        Assert.Equal(default, queue.Add(Passes[..3]));
        Assert.Equal(new PassQueue.Loss(2, 2), queue.Add(Passes[3..5]));
        Assert.Equal(Passes[2..5], queue.Take(1_000));
    }

    [Fact]
    public void What_is_being_written_takes_room_until_it_is_put_back_or_done()
    {
        var queue = new PassQueue(capacity: 6);
        queue.Add(Passes[..2]);
        queue.Take(1_000);
        Assert.Equal(new PassQueue.Loss(1, 1), queue.Add(Passes[2..4]));
        Assert.Equal(default, queue.PutBack());
        Assert.Equal([Passes[0], Passes[1], Passes[3]], queue.Take(1_000));
    }

    [Fact]
    public void A_pass_larger_than_the_queue_is_kept_while_it_is_the_newest()
    {
        var queue = new PassQueue(capacity: 1);
        Assert.Equal(default, queue.Add([Passes[0]]));
        Assert.Equal(new PassQueue.Loss(1, 1), queue.Add([Passes[1]]));
        Assert.Equal([Passes[1]], queue.Take(1));
    }

    [Fact]
    public async Task Whoever_waits_is_woken_by_a_pass()
    {
        var queue = new PassQueue();
        var waiting = queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        queue.Add(Passes[..1]);
        await waiting;
        await queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Single(queue.Take(1_000));
    }

    [Fact]
    public async Task What_is_spooled_leaves_as_stored_and_what_is_being_written_meanwhile_stays()
    {
        var time = new FakeTimeProvider();
        var queue = new PassQueue(time: time);
        queue.Add(Passes[..2]);
        time.Advance(TimeSpan.FromSeconds(2));
        queue.Add(Passes[2..3]);
        queue.Take(1);
        var leaves = queue.LeavesAsync(Passes[0].Id);
        Assert.Equal(Passes[1..2], queue.Overdue(TimeSpan.FromSeconds(1), 1_000));
        Assert.Equal(Passes[1..3], queue.Overdue(TimeSpan.Zero, 1_000));

        queue.Spooled(Passes[..2]);
        Assert.True(await leaves);
        Assert.Equal(2, queue.Passes);
        queue.Done();
        Assert.Equal(Passes[2..3], queue.Take(1_000));
    }
}
