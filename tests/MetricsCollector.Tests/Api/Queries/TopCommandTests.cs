using System.Text.Json;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Api.Queries;

/// <summary><c>top</c> beside a running service, on its store.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class TopCommandTests(CollectorApp app)
{
    [Fact]
    public async Task It_prints_what_the_service_stored()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/top?metric=database&fields=xact_commit&limit=1"))
                .GetProperty("items").GetArrayLength() > 0,
            "a transaction is counted");
        var to = (await app.GetAsync("/api/v1/top?metric=database&fields=xact_commit")).GetProperty("to").GetString()!;
        string[] question =
            ["--metric", "database", "--fields", "xact_commit", "--by", "datname", "--from", "-1h", "--to", to, "--limit", "1"];
        var (code, output, errors) = await RunAsync([.. question, "--compare", "-7d"]);
        Assert.True(code == 0, errors);
        var lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("xact_commit:increase, ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["datname", "xact_commit", "%", "per", "second", "before", "text"],
            lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(" others)", lines[^1], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);

        var (_, json, _) = await RunAsync([.. question, "--format", "json"]);
        var answer = await app.GetAsync($"/api/v1/top?metric=database&fields=xact_commit&by=datname&from=-1h&to={to}&limit=1");
        Assert.Equal(
            answer.GetProperty("items")[0].GetProperty("labels").GetRawText(),
            JsonDocument.Parse(json).RootElement.GetProperty("items")[0].GetProperty("labels").GetRawText());
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_its_option()
    {
        var (code, output, errors) = await RunAsync("--metric", "database", "--order", "numbackends:increase", "--compare", "7d");
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("--order: 'numbackends' is a gauge", errors, StringComparison.Ordinal);
        Assert.Contains("--compare: '7d' does not go back; write -7d", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        var settings = new Dictionary<string, string> { ["ConnectionStrings__Store"] = app.Store };
        return await CollectorProcess.RunAsync(directory, settings, ["top", .. arguments]);
    }
}
