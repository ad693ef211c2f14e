using MetricsCollector.Exposition;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Api.Prometheus;

[Trait("PostgreSQL", "any")]
public sealed class NameClashesTests
{
    [Fact]
    public void Clashes_are_bounded_and_old_ones_make_room()
    {
        var time = new FakeTimeProvider();
        var clashes = new NameClashes(time, NullLogger<NameClashes>.Instance);
        for (var i = 0; i < 150; i++)
        {
            clashes.Tell($"pg_a_{i}", "one", "other");
        }

        Assert.Equal(100, clashes.Current.Count);
        time.Advance(TimeSpan.FromMinutes(20));
        clashes.Tell("pg_late", "one", "other");
        Assert.Contains("pg_late", Assert.Single(clashes.Current), StringComparison.Ordinal);
    }
}
