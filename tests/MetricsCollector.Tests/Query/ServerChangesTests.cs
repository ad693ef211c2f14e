
using MetricsCollector.Query.Resets;

namespace MetricsCollector.Tests.Query;

[Trait("PostgreSQL", "any")]
public sealed class ServerChangesTests
{
    [Fact]
    public void A_new_start_on_the_same_timeline_is_a_restart() =>
        Assert.Equal(
            [new ServerChange(At.Second(15), At.Second(30), ResetReason.Restart)],
            ServerChanges.Find(
                At.Samples((0, 7), (15, 7), (30, 9)),
                At.Samples((0, 1), (15, 1), (30, 1)),
                At.Samples((0, 100), (15, 120), (30, 130)),
                At.Samples((0, 5), (15, 5), (30, 5))));

    [Fact]
    public void A_new_start_on_another_timeline_is_a_failover() =>
        Assert.Equal(
            ResetReason.Failover,
            Assert.Single(
                ServerChanges.Find(At.Samples((0, 7), (15, 9)), At.Samples((0, 1), (15, 2)), At.Samples((0, 100), (15, 130)), [])).Reason);

    [Fact]
    public void A_new_start_with_a_log_that_went_back_is_a_failover() =>
        Assert.Equal(
            ResetReason.Failover,
            Assert.Single(
                ServerChanges.Find(At.Samples((0, 7), (15, 9)), At.Samples((0, 1), (15, 1)), At.Samples((0, 100), (15, 30)), [])).Reason);

    [Fact]
    public void A_promotion_without_a_new_start_is_no_change() =>
        Assert.Empty(
            ServerChanges.Find(
                At.Samples((0, 7), (15, 7)), At.Samples((0, 1), (15, 2)), At.Samples((0, 100), (15, 130)), At.Samples((0, 5), (15, 5))));

    [Fact]
    public void A_new_start_of_another_cluster_is_a_failover_whatever_its_log_says() =>
        Assert.Equal(
            ResetReason.Failover,
            Assert.Single(ServerChanges.Find(
                At.Samples((0, 7), (15, 9)),
                At.Samples((0, 1), (15, 1)),
                At.Samples((0, 100), (15, 130)),
                At.Samples((0, 5), (15, 6)))).Reason);
}
