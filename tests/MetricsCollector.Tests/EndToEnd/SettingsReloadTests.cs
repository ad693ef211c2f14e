using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>Settings that change, rightly and wrongly, while the service collects and answers.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SettingsReloadTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_reloads_under_load_are_used_or_refused_as_a_whole_and_no_target_is_lost()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("settings.json");
        Write(file, Settings("always", "t0"));
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Settings:File", file);
            builder.UseSetting("Storage:Path", directory.File("store.db"));
            builder.UseSetting("Storage:KeyDirectory", directory.File("keys"));
        });
        using var client = app.CreateClient();
        await Eventually.TrueAsync(async () => await UpAsync(client) == 2, "both targets are up");
        var startedAt = (await StatusAsync(client)).GetProperty("startedAt").GetString();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = Task.Run(() => ExecuteAsync(client, stop.Token), Cancellation);
        for (var i = 1; i <= 5; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"t{i}");
            Write(file, Settings("always", name));
            await Eventually.TrueAsync(
                async () => (await NamesAsync(client)).SequenceEqual(["always", name]), $"{name} replaced the one before");

            Write(file, i switch
            {
                1 => "{ \"Targets\": [",
                2 => Settings("always", "a b"),
                3 => Settings("always", "never").Replace("1s", "soon", StringComparison.Ordinal),
                4 => Settings("always", "never").Replace("\"64\"", "\"0\"", StringComparison.Ordinal),
                _ => Settings("always", "always"),
            });
            await Eventually.TrueAsync(
                async () => await ReasonsAsync(client) is var reasons
                    && reasons.Contains("the settings changed and cannot be used", StringComparison.Ordinal),
                "the bad change is refused");
            Assert.Equal(["always", name], await NamesAsync(client));
        }

        Write(file, """
            {
              "Collection": { "Interval": "0s", "TopRows": "many", "Manual": { "PerMinute": 0 } },
              "Security": { "RequestsPerMinute": 0 }, "Storage": { "Retention": "1m" }, "Log": { "MaxFiles": 0 },
              "OpenTelemetry": { "Protocol": "smoke" }, "ConnectionStrings": { "Store": "Hots=x" }
            }
            """);
        string[] wrong =
        [
            "Collection:Interval", "Collection:TopRows", "Collection:Manual:PerMinute", "Security:RequestsPerMinute", "Storage:Retention",
            "Log:MaxFiles", "OpenTelemetry:Protocol", "ConnectionStrings:Store",
        ];
        await Eventually.TrueAsync(
            async () => await ReasonsAsync(client) is var reasons
                && wrong.All(setting => reasons.Contains(setting, StringComparison.Ordinal)),
            "errors of every section are told at once");
        Assert.Equal(["always", "t5"], await NamesAsync(client));

        Write(file, Settings("always", "t5"));
        await Eventually.TrueAsync(
            async () => (await StatusAsync(client)).GetProperty("reasons").GetArrayLength() == 0 && await UpAsync(client) == 2,
            "the good settings are back");
        await stop.CancelAsync();
        foreach (var names in await seen)
        {
            Assert.Matches("^always,t[0-5]$", names);
        }

        Assert.Equal(startedAt, (await StatusAsync(client)).GetProperty("startedAt").GetString());

        // The one that never changed is collected all the while.
        await Eventually.TrueAsync(
            async () => (await client.GetFromJsonAsync<JsonElement>(
                new Uri("/api/v1/collections?target=always&limit=1000", UriKind.Relative),
                Cancellation)).GetProperty("items").GetArrayLength() > 5,
            "the target that stayed is collected every second");
    }

    private static async Task<string> ReasonsAsync(HttpClient client) =>
        string.Join('\n', (await StatusAsync(client)).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()));

    private static async Task<HashSet<string>> ExecuteAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>();
        while (!cancellationToken.IsCancellationRequested)
        {
            seen.Add(string.Join(',', await NamesAsync(client)));
        }

        return seen;
    }

    private static async Task<IEnumerable<string?>> NamesAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/targets", UriKind.Relative), Cancellation))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("name").GetString())];

    private static async Task<int> UpAsync(HttpClient client) =>
        (await StatusAsync(client)).GetProperty("targets").GetProperty("up").GetInt32();

    private static Task<JsonElement> StatusAsync(HttpClient client) =>
        client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), Cancellation);

    // Written aside and moved, as whoever cares about readers does.
    private static void Write(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private string Settings(params string[] names) => JsonSerializer.Serialize(new
    {
        Collection = new { MaxParallelTargets = "64" },
        Targets = names.Select(name => new
        {
            Name = name,
            postgres.ConnectionString,
            Metrics = new[] { "up", "database" },
            Intervals = new Dictionary<string, string> { ["*"] = "1s" },
        }),
    });
}
