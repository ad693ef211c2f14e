using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace MetricsCollector.Tests.Api;

/// <summary>What PUT took is what GET shows, so that settings can be read, changed and written.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class TargetSettingsTests(CollectorApp app, PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_are_read_changed_and_written_and_the_rest_stays()
    {
        await using var role = await postgres.CreateRoleAsync();
        using var client = app.CreateClient();
        var took = JsonNode.Parse("""
            {
              "kind": "postgresql",
              "enabled": true,
              "preset": "minimal",
              "metrics": ["+archiver", "!wal"],
              "databases": ["!template*"],
              "intervals": { "up": "2s" },
              "labels": { "env": "a=b, \u00e9" }
            }
            """)!.AsObject();
        var put = took.DeepClone().AsObject();
        put["connectionString"] = role.ConnectionString;
        await PutAsync(client, put, HttpStatusCode.Created);

        var shown = await app.GetAsync("/api/v1/targets/round-trip");
        Assert.True(JsonNode.DeepEquals(took, JsonNode.Parse(shown.GetProperty("settings").GetRawText())), shown.ToString());
        var connection = new NpgsqlConnectionStringBuilder(role.ConnectionString);
        Assert.Equal(
            ($"{connection.Host}:{connection.Port}", role.Name, connection.Database ?? role.Name),
            (shown.GetProperty("address").GetString(), shown.GetProperty("user").GetString(), shown.GetProperty("database").GetString()));
        Assert.DoesNotContain(role.Password, shown.ToString(), StringComparison.Ordinal);
        Assert.Equal(shown.GetProperty("capabilities").GetRawText(), shown.GetProperty("limitations").GetRawText());

        // Changed and sent back, without the connection string: only that changes, and the server is still reached.
        var settings = JsonNode.Parse(shown.GetProperty("settings").GetRawText())!.AsObject();
        settings["preset"] = "standard";
        await PutAsync(client, settings, HttpStatusCode.OK);
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/targets/round-trip")).GetProperty("status").GetString() == "up", "it is reached");
        Assert.True(JsonNode.DeepEquals(settings, await SettingsAsync()));

        // Turned off it is still shown, and turned on again it is watched again.
        settings["enabled"] = false;
        await PutAsync(client, settings, HttpStatusCode.OK);
        var off = await app.GetAsync("/api/v1/targets/round-trip");
        Assert.Equal("unknown", off.GetProperty("status").GetString());
        Assert.Contains("turned off", off.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(settings, JsonNode.Parse(off.GetProperty("settings").GetRawText())));
        Assert.DoesNotContain(
            (await app.GetAsync("/api/v1/targets")).GetProperty("items").EnumerateArray(),
            item => item.GetProperty("name").GetString() == "round-trip");
        settings["enabled"] = true;
        await PutAsync(client, settings, HttpStatusCode.OK);
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/targets/round-trip")).GetProperty("status").GetString() == "up",
            "it is watched again");
        using var removed = await client.DeleteAsync(new Uri("/api/v1/targets/round-trip", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Fact]
    public async Task Targets_of_the_settings_show_theirs_too()
    {
        var shown = await app.GetAsync($"/api/v1/targets/{CollectorApp.Target}");
        Assert.Equal(
            """{"kind":"postgresql","enabled":true,"preset":"standard","metrics":[],"databases":[]"""
                + ""","intervals":{},"labels":{"env":"test"}}""",
            shown.GetProperty("settings").GetRawText());
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_told_of_once()
    {
        using var client = app.CreateClient();
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            Username = "nobody_of_this_name",
            Password = "wrong-wrong-wrong",
        };
        using var answer = await client.PostAsJsonAsync(
            new Uri("/api/v1/targets/unsaved/test", UriKind.Relative), new { connectionString = wrong.ConnectionString }, Cancellation);
        var tried = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.False(tried.GetProperty("works").GetBoolean());
        var reason = tried.GetProperty("reason").GetString()!;
        Assert.NotEmpty(reason);
        Assert.DoesNotContain(
            tried.GetProperty("outcomes").EnumerateArray(), outcome => outcome.GetProperty("reason").GetString() == reason);
        Assert.Equal(2, tried.GetRawText().Split("nobody_of_this_name").Length);
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_named_with_those_that_are()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync(
            new Uri("/api/v1/targets/unsaved/test", UriKind.Relative), new { conn = "Host=a" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var says = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation))
            .GetProperty("errors")
            .GetProperty("conn")[0]
            .GetString()!;
        Assert.StartsWith(
            "is not a field of this body; did you mean 'connectionString'? write connectionString, ", says, StringComparison.Ordinal);
        Assert.Contains("postgres://", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swagger_changes_no_target_with_a_single_click_and_begins_with_what_people_need_first()
    {
        var document = await app.GetAsync("/swagger/v1/swagger.json");
        foreach (var method in new[] { "put", "delete" })
        {
            var name = document.GetProperty("paths")
                .GetProperty("/api/v1/targets/{target}")
                .GetProperty(method)
                .GetProperty("parameters")
                .EnumerateArray()
                .Single();
            Assert.True(name.GetProperty("required").GetBoolean());
            Assert.False(name.TryGetProperty("example", out _) || name.GetProperty("schema").TryGetProperty("default", out _));
        }

        var tags = document.GetProperty("tags").EnumerateArray().ToList();
        Assert.Equal(["Targets", "Snapshots", "Query"], tags.Take(3).Select(tag => tag.GetProperty("name").GetString()));
        Assert.All(tags, tag => Assert.NotEmpty(tag.GetProperty("description").GetString()!));
    }

    private static async Task PutAsync(HttpClient client, JsonObject settings, HttpStatusCode expected)
    {
        using var answer = await client.PutAsJsonAsync(new Uri("/api/v1/targets/round-trip", UriKind.Relative), settings, Cancellation);
        Assert.True(expected == answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<JsonNode?> SettingsAsync() =>
        JsonNode.Parse((await app.GetAsync("/api/v1/targets/round-trip")).GetProperty("settings").GetRawText());
}
