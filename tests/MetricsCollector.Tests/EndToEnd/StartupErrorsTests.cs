using System.Net;
using System.Net.Sockets;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>What a person can mend is said in words, and only so.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StartupErrorsTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_told_without_a_stack_trace()
    {
        using var directory = new TemporaryDirectory();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (code, output, errors) = await CollectorProcess.RunAsync(directory, new Dictionary<string, string>(), "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        Assert.Equal(1, code);
        Assert.Contains("Free the port, or write --urls", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }
}
