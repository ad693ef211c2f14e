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
        var (code, output, errors) = await CollectorProcess.RunAsync(
            directory, new Dictionary<string, string>(), "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        Assert.Equal(1, code);
        Assert.Contains("Free the port, or write --urls", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_nobody_reads_are_told_all_at_once_and_nothing_starts()
    {
        using var directory = new TemporaryDirectory();
        var (code, output, errors) = await CollectorProcess.RunAsync(
            directory,
            new Dictionary<string, string>
            {
                ["Storage__Retentoin"] = "5d",
                ["Collection__Interval"] = "10",
                ["Security__AlowAnonymous"] = "true",
                ["LOG"] = "debug",
            });
        Assert.Equal(1, code);
        Assert.Contains("Storage:Retentoin is not a setting; did you mean 'Retention'", errors, StringComparison.Ordinal);
        Assert.Contains("Collection:Interval is '10'; write a duration such as 10s.", errors, StringComparison.Ordinal);
        Assert.Contains("Security:AlowAnonymous is not a setting; did you mean 'AllowAnonymous'", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_metric_of_a_target_is_told_and_nothing_starts()
    {
        using var directory = new TemporaryDirectory();
        var (code, output, errors) = await CollectorProcess.RunAsync(
            directory,
            new Dictionary<string, string>
            {
                ["Targets__0__Name"] = "db1",
                ["Targets__0__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody",
                ["Targets__0__Metrics__0"] = "+bloatt",
                ["Targets__0__Intervals__activty"] = "5s",
            });
        Assert.Equal(1, code);
        Assert.Contains(
            "Targets:0:Metrics:0 has '+bloatt', which matches no metric; did you mean 'bloat'?", errors, StringComparison.Ordinal);
        Assert.Contains(
            "Targets:0:Intervals:activty has 'activty', which matches no metric; did you mean 'activity'",
            errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("serve")]
    [InlineData("collect")]
    public async Task Errors_of_every_section_are_told_at_once(string command)
    {
        using var directory = new TemporaryDirectory();
        var (code, output, errors) = await CollectorProcess.RunAsync(
            directory,
            new Dictionary<string, string>
            {
                ["Collection__Interval"] = "0s",
                ["Collection__TopRows"] = "many",
                ["Collection__Manual__PerMinute"] = "0",
                ["Security__RequestsPerMinute"] = "0",
                ["Security__HeadersTimeout"] = "0s",
                ["Security__MaxConnections"] = "0",
                ["Storage__Retention"] = "1m",
                ["Storage__Retentoin"] = "5d",
                ["ConnectionStrings__Store"] = "Hots=store",
                ["OpenTelemetry__Endpoint"] = "collector",
                ["Log__Format"] = "xml",
                ["Catalog__Directories__0"] = directory.File("missing"),
                ["Targets__0__Name"] = "a b",
                ["Targets__0__Preset"] = "all",
                ["Colection__TopRows"] = "5",
            },
            command);
        Assert.Equal(1, code);
        string[] expected =
        [
            "Collection:Interval is 0s;",
            "Collection:TopRows is 'many'; write a whole number.",
            "Collection:Manual:PerMinute is out of range;",
            "Security:RequestsPerMinute is 0;",
            "Security:HeadersTimeout is 0s;",
            "Security:MaxConnections is 0;",
            "Storage:Retention is 1m,",
            "Storage:Retentoin is not a setting;",
            "ConnectionStrings:Store ",
            "OpenTelemetry:Endpoint is not an address;",
            "Log:Format is 'xml';",
            "Catalog:Directories names '",
            "Targets:0:Name is 'a b';",
            "Targets:0:Preset is 'all';",
            "Targets:0:ConnectionString is empty;",
            "Colection is not a section of the settings;",
        ];
        foreach (var start in expected)
        {
            Assert.Single(errors.Split('\n'), line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retention_for_no_metric_is_a_warning_of_check_with_what_was_meant()
    {
        using var directory = new TemporaryDirectory();
        var (_, output, _) = await CollectorProcess.RunAsync(
            directory,
            new Dictionary<string, string>
            {
                ["Storage__MetricRetention__statments"] = "3d",
                ["Storage__MetricRetention__statements"] = "3d",
                ["Storage__MetricRetention__progress_*"] = "3d",
                ["Targets__0__Name"] = "db1",
                ["Targets__0__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody",
            },
            "check",
            "--problems");
        Assert.Contains(
            "settings: warning: Storage:MetricRetention has 'statments', which matches no metric; did you mean 'statements'?",
            output,
            StringComparison.Ordinal);
        Assert.Contains("; 1 warning", output, StringComparison.Ordinal);
    }
}
