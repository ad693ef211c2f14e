using MetricsCollector.Collection.Permits;
using MetricsCollector.Collection.Timing;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class PermitPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collection_waits_while_all_slots_are_taken()
    {
        using var slots = new PermitPool(1, new FakeTimeProvider());
        var first = await slots.TakeAsync(Patience, Cancellation);
        var second = slots.TakeAsync(Patience, Cancellation);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_collection_whose_server_does_not_answer_gives_its_slot_back_and_only_once()
    {
        var time = new FakeTimeProvider();
        using var slots = new PermitPool(1, time);
        var silent = await slots.TakeAsync(Patience, Cancellation);
        time.Advance(Patience);
        var second = await slots.TakeAsync(Patience, Cancellation);
        silent.Dispose();
        var third = slots.TakeAsync(Patience, Cancellation);
        Assert.False(third.IsCompleted);
        second.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task A_collection_keeps_its_slot_while_this_machine_is_late()
    {
        // A second goes by between the look at the clock and the start of the timer, which so comes late.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        using var slots = new PermitPool(1, time);
        using var slow = await slots.TakeAsync(Patience, Cancellation);
        var second = slots.TakeAsync(Patience, Cancellation);
        time.AutoAdvanceAmount = TimeSpan.Zero;
        time.Advance(Patience);
        Assert.False(second.IsCompleted);
        time.Advance(Patience);
        (await second).Dispose();
    }

    [Fact]
    public async Task A_slot_that_is_extended_is_kept_for_what_comes_next()
    {
        var time = new FakeTimeProvider();
        using var slots = new PermitPool(1, time);
        using var slot = await slots.TakeAsync(Patience, Cancellation);
        time.Advance(Patience / 2);
        Assert.True(slot.Extend(Patience));
        var second = slots.TakeAsync(Patience, Cancellation);
        time.Advance(Patience * 0.9);
        Assert.False(second.IsCompleted);
        time.Advance(Patience * 0.1);
        (await second).Dispose();
        Assert.False(slot.Extend(Patience));
    }

    [Fact]
    public async Task Collections_that_connect_come_in_turns_and_never_wait_for_those_at_hand_or_hold_them_up()
    {
        using var limiter = new ConnectionLimiter(16, new FakeTimeProvider());
        using var first = new CollectionPermit(limiter);
        using var second = new CollectionPermit(limiter);
        using var third = new CollectionPermit(limiter);
        using var known = new CollectionPermit(limiter);
        await first.ConnectAsync(unreachable: false, Cancellation);
        await second.ConnectAsync(unreachable: false, Cancellation);
        var connecting = third.ConnectAsync(unreachable: false, Cancellation);
        await known.ExecuteAsync(Cancellation);
        Assert.False(connecting.IsCompleted);

        // Who got in keeps its slot until it has asked.
        await first.ExecuteFirstAsync(Cancellation);
        Assert.False(connecting.IsCompleted);
        first.Dispose();
        await connecting;
    }

    [Fact]
    public async Task A_server_that_is_back_waits_its_turn_to_be_asked()
    {
        using var limiter = new ConnectionLimiter(1, new FakeTimeProvider());
        using var newcomer = new CollectionPermit(limiter);
        using var back = new CollectionPermit(limiter);
        await newcomer.ConnectAsync(unreachable: false, Cancellation);
        await back.ConnectAsync(unreachable: true, Cancellation);
        var asking = back.ExecuteFirstAsync(Cancellation);
        Assert.False(asking.IsCompleted);
        newcomer.Dispose();
        await asking;
    }

    [Fact]
    public async Task More_slots_count_at_once()
    {
        using var slots = new PermitPool(1, new FakeTimeProvider());
        using var first = await slots.TakeAsync(Patience, Cancellation);
        slots.Resize(2);
        using var second = await slots.TakeAsync(Patience, Cancellation);
        using var third = await slots.TakeAsync(Patience, Cancellation);
        Assert.Equal(2, slots.Count);
    }

    [Theory]
    [InlineData(1, 0.0, 1000)]
    [InlineData(1, 1.0, 500)]
    [InlineData(3, 0.0, 4000)]
    [InlineData(10, 0.0, 15_000)]
    [InlineData(1000, 0.5, 11_250)]
    public void A_target_that_is_away_is_tried_less_and_less_often_but_within_its_interval(int failures, double chance, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.After(failures, TimeSpan.FromSeconds(15), chance));

    [Fact]
    public void Lateness_is_that_of_the_latest_collections()
    {
        var punctuality = new ScheduleLateness();
        Assert.Equal([0, 0], punctuality.Lateness(0.5, 1));
        for (var i = 1; i <= 20_000; i++)
        {
            punctuality.Began(TimeSpan.FromMilliseconds(i <= 10_000 ? 1e6 : i - 10_000));
        }

        Assert.Equal([5001, 9901, 10_000], punctuality.Lateness(0.5, 0.99, 1).Select(late => Math.Round(late)));
        Assert.Equal(20_000, punctuality.Collections);

        punctuality.Began(null);
        Assert.Equal((20_001, 10_000), (punctuality.Collections, Math.Round(punctuality.Lateness(1)[0])));
    }
}
