using MetricsCollector.Api.Reads;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Api.Reads;

[Trait("PostgreSQL", "any")]
public sealed class ByteBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_fits_is_let_in_and_the_rest_waits_in_its_order()
    {
        var budget = new ByteBudget(100, 10, 10);
        var first = await TakeAsync(budget, 60);
        var second = TakeAsync(budget, 60);
        var third = TakeAsync(budget, 10);
        Assert.False(second.IsCompleted);

        // It would fit, but would overtake.
        Assert.False(third.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await second);
        Assert.NotNull(await third);
    }

    [Fact]
    public async Task What_is_larger_than_all_of_it_goes_alone()
    {
        var budget = new ByteBudget(100, 10, 10);
        var huge = await TakeAsync(budget, 1_000_000);
        var small = TakeAsync(budget, 1);
        Assert.False(small.IsCompleted);
        huge!.Dispose();
        Assert.NotNull(await small);
    }

    [Fact]
    public async Task No_more_run_and_no_more_wait_than_are_set()
    {
        var budget = new ByteBudget(100, 2, 3);
        var running = new[] { await TakeAsync(budget, 1), await TakeAsync(budget, 1) };
        var waiting = Enumerable.Range(0, 3).Select(_ => TakeAsync(budget, 1)).ToList();
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));
        Assert.Null(await TakeAsync(budget, 1));
        running[0]!.Dispose();

        // Once is once.
        running[0]!.Dispose();
        await waiting[0];
        Assert.False(waiting[1].IsCompleted);
    }

    [Fact]
    public async Task One_that_leaves_its_place_keeps_its_bytes()
    {
        var budget = new ByteBudget(100, 1, 10);
        var slow = await TakeAsync(budget, 60);
        var second = TakeAsync(budget, 40);
        Assert.False(second.IsCompleted);
        slow!.LeavePlace();
        slow.LeavePlace();
        (await second)!.LeavePlace();
        var third = TakeAsync(budget, 1);
        Assert.False(third.IsCompleted);
        slow.Dispose();
        Assert.NotNull(await third);
    }

    [Fact]
    public async Task Who_waits_too_long_or_leaves_holds_nobody_up()
    {
        var budget = new ByteBudget(100, 10, 10);
        var first = await TakeAsync(budget, 100);
        using var leaving = new CancellationTokenSource();
        var left = budget.TakeAsync(100, Patience, _time, leaving.Token);
        var late = TakeAsync(budget, 100);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        _time.Advance(Patience + TimeSpan.FromSeconds(1));
        Assert.Null(await late);
        var last = TakeAsync(budget, 100);
        first!.Dispose();
        Assert.NotNull(await last);
    }

    [Fact]
    public async Task Whatever_comes_and_goes_the_bound_holds_and_all_of_it_is_given_back()
    {
        var budget = new ByteBudget(100, 5, 1000);
        var (used, running) = (0, 0);
        await Task.WhenAll(Enumerable.Range(1, 300).Select(i => Task.Run(async () =>
        {
            var weight = (i % 60) + 1;
            using var turn = await budget.TakeAsync(
                weight, TimeSpan.FromMinutes(5), TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.NotNull(turn);
            Assert.InRange(Interlocked.Add(ref used, weight), 1, 100);
            Assert.InRange(Interlocked.Increment(ref running), 1, 5);
            await Task.Yield();
            Interlocked.Add(ref used, -weight);
            Interlocked.Decrement(ref running);
        })));
        Assert.NotNull(await TakeAsync(budget, 100));
    }

    private Task<ByteBudget.Turn?> TakeAsync(ByteBudget budget, long weight) =>
        budget.TakeAsync(weight, Patience, _time, TestContext.Current.CancellationToken);
}
