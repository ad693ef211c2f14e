
using MetricsCollector.Storage.Delivery;

namespace MetricsCollector.Tests.Storage.Delivery;

[Trait("PostgreSQL", "any")]
public sealed class RetryDelayTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(5, 8)]
    [InlineData(7, 30)]
    [InlineData(1_000_000, 30)]
    public void The_wait_doubles_up_to_half_a_minute(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryDelay.After(failures, chance: 0));

    [Fact]
    public void Chance_shortens_the_wait_by_up_to_a_quarter() =>
        Assert.Equal(TimeSpan.FromSeconds(22.5), RetryDelay.After(20, chance: 1));
}
