using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class ProcessIdentityTests
{
    [Fact]
    public void This_process_is_there() => Assert.False(ProcessIdentity.OfThisProcess().IsGone());

    [Fact]
    public void A_process_that_ended_is_gone_even_if_its_id_is_in_use_again() =>
        Assert.True((ProcessIdentity.OfThisProcess() with { Start = "1" }).IsGone());

    [Fact]
    public void An_id_that_nobody_has_is_gone() => Assert.True(new ProcessIdentity(int.MaxValue, "1").IsGone());
}
