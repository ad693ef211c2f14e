using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetricsCollector.Tests.Api.Prometheus;

/// <summary>Names of our own carry base units, and a name that two metrics would have is told.</summary>
[Collection(nameof(CustomMetricsApp))]
[Trait("PostgreSQL", "each")]
public sealed class PrometheusNamesTests(CustomMetricsApp app)
{
    [Theory]
    [InlineData("pg_units_took_seconds", "1.5005")]
    [InlineData("pg_units_took", "1500.5")]
    [InlineData("pg_units_spent_seconds_total", "0.007")]
    [InlineData("pg_units_spent_ms_total", "7")]
    [InlineData("pg_units_share_ratio", "0.125")]
    [InlineData("pg_units_stored_bytes", "4096")]
    [InlineData("pg_units_size_bytes", "8192")]
    [InlineData("pg_units_begun_timestamp_seconds", "1700000000")]
    [InlineData("pg_units_seen", "3")]
    public async Task A_name_carries_its_base_unit_and_the_value_is_converted(string name, string value)
    {
        var text = string.Empty;
        await Eventually.TrueAsync(
            async () => (text = await ScrapeAsync()).Contains("pg_units_", StringComparison.Ordinal), "the metric is collected");
        var lines = Regex.Matches(text, $"(?m)^{name}{{target=\"{CollectorApp.Target}\"}} ([0-9.]+)");
        Assert.Equal(value, Assert.Single(lines).Groups[1].Value);
    }

    [Fact]
    public async Task Built_in_names_of_our_own_carry_them_too_and_those_of_the_exporter_stay()
    {
        var text = string.Empty;
        await Eventually.TrueAsync(
            async () => (text = await ScrapeAsync()).Contains("pg_server_uptime", StringComparison.Ordinal), "the server is asked");
        Assert.Matches("(?m)^# TYPE pg_server_uptime_seconds gauge$", text);
        Assert.Matches("(?m)^pg_blocking_longest_wait_seconds{", text);
        Assert.DoesNotContain("pg_stat_database_numbackends_", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_setting_has_already_is_told_in_the_status()
    {
        JsonElement reasons = default;
        await Eventually.TrueAsync(
            async () =>
            {
                await ScrapeAsync();
                reasons = (await app.GetAsync("/api/v1/status")).GetProperty("reasons");
                return reasons.ToString().Contains("pg_settings_work_mem_bytes on /metrics", StringComparison.Ordinal);
            },
            "the clash is told");
        var reason = reasons.EnumerateArray()
            .Select(one => one.GetString()!)
            .Single(one => one.Contains("pg_settings_work_mem_bytes", StringComparison.Ordinal));
        Assert.Contains("metric 'settings'", reason, StringComparison.Ordinal);
        Assert.Contains("metric 'settings_work_mem'", reason, StringComparison.Ordinal);
    }

    private async Task<string> ScrapeAsync()
    {
        using var client = app.CreateClient();
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
    }
}
