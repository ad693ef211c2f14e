using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class TargetChangeTests(CollectorApp app, PostgresFixture postgres)
{
    private const string Password = "hunter2-hunter2";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_target_is_put_watched_changed_and_removed_and_its_password_is_never_shown()
    {
        await using var role = await postgres.CreateRoleAsync();
        using var client = app.CreateClient();
        var created = await PutAsync(
            client, "over-api",
            new
            {
                connectionString = role.ConnectionString,
                metrics = new[] { "up", "archiver" },
                intervals = new Dictionary<string, string> { ["*"] = "1s" },
                labels = new { env = "api" },
            });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/targets/over-api", created.Headers.Location!.OriginalString);
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/targets/over-api")).GetProperty("status").GetString() == "up", "it is watched");
        var target = await app.GetAsync("/api/v1/targets/over-api");
        Assert.Equal(
            ("api", "api"), (target.GetProperty("origin").GetString(), target.GetProperty("labels").GetProperty("env").GetString()));
        Assert.DoesNotContain(
            role.Password, await client.GetStringAsync(new Uri("/api/v1/targets", UriKind.Relative), Cancellation),
            StringComparison.Ordinal);
        Assert.Equal(
            0, await app.ScalarAsync<long>($"SELECT count(*) FROM saved_targets WHERE settings::text || secret LIKE '%{role.Password}%'"));

        // The connection string stays as it was.
        var changed = await PutAsync(client, "over-api", new { metrics = new[] { "up" } });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(1, (await app.GetAsync("/api/v1/targets/over-api")).GetProperty("metrics").GetInt32());

        using var removed = await client.DeleteAsync(new Uri("/api/v1/targets/over-api", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await client.GetAsync(new Uri("/api/v1/targets/over-api", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using var again = await client.DeleteAsync(new Uri("/api/v1/targets/over-api", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_removed_target_has_no_newest_snapshots_and_keeps_a_history_that_is_asked_for_by_name()
    {
        await using var role = await postgres.CreateRoleAsync();
        using var client = app.CreateClient();
        (await PutAsync(
            client,
            "was-watched",
            new
            {
                connectionString = role.ConnectionString,
                metrics = new[] { "up", "wal" },
                intervals = new Dictionary<string, string> { ["*"] = "1s" },
            }))
                .Dispose();
        await Eventually.TrueAsync(
            async () => await CountAsync("snapshots?metric=up&limit=1000&target=was-watched") > 2, "it was collected and stored");
        using var removed = await client.DeleteAsync(new Uri("/api/v1/targets/was-watched", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);

        // What the store still has is not taken for new, whoever reads it anew.
        var latest = app.Services.GetRequiredService<LatestSnapshots>();
        latest.Update(await app.Services.GetRequiredService<ISnapshotReader>().ReadLatestAsync(Cancellation));
        Assert.DoesNotContain(
            (await app.GetAsync("/api/v1/snapshots/latest?metric=up")).GetProperty("items").EnumerateArray(),
            item => item.GetProperty("target").GetString() == "was-watched");
        Assert.DoesNotContain(
            "was-watched", await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation), StringComparison.Ordinal);

        foreach (var path in (string[])["snapshots?metric=up", "series?metric=up", "collections?limit=5"])
        {
            Assert.True(await CountAsync($"{path}&target=was-watched") > 0, path);
        }

        Assert.Single(
            (await app.GetAsync("/api/v1/query?metric=up&field=up&fn=max&step=1d&target=was-watched")).GetProperty(
                "series").EnumerateArray());
        Assert.Equal(
            JsonValueKind.Array, (await app.GetAsync("/api/v1/diff?metric=wal&target=was-watched")).GetProperty("items").ValueKind);
        using var never = await client.GetAsync(new Uri("/api/v1/series?target=was-never-watched", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, never.StatusCode);

        async Task<int> CountAsync(string path)
        {
            using var answer = await client.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation);
            return answer.IsSuccessStatusCode
                ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items").GetArrayLength()
                : 0;
        }
    }

    [Theory]
    [InlineData("""{ "connectionString": "Host=x;Password=hunter2-hunter2;Nonsense=1" }""", "connectionString")]
    [InlineData("""{ "connectionString": "Host=x", "intervals": { "*": "soon" } }""", "intervals:*")]
    [InlineData("""{ "connectionString": "Host=x", "preset": "all" }""", "preset")]
    [InlineData("""{ "connectionString": "Host=x", "labels": { "a b": "c" } }""", "labels")]
    [InlineData("""{ "connectionStrings": "Host=x" }""", "connectionStrings")]
    [InlineData("""{ "connectionString": "host=x user=me password=hunter2-hunter2 dbnam=y" }""", "connectionString")]
    [InlineData("""{ "connectionString": "Host=x user=me password=hunter2-hunter2" }""", "connectionString")]
    [InlineData("""{ "connectionString": "Host=x;Password=hunter2-hunter2;Multiplexing=true" }""", "connectionString")]
    [InlineData("""{ "connectionString": "host=x password=hunter2-hunter2 target_session_attrs=writable" }""", "connectionString")]
    [InlineData("""{ "connectionString": "Host=x;Password=hunter2-hunter2;Replication Mode=Logical" }""", "connectionString")]
    [InlineData("""{ "connectionString": "host=x password=hunter2-hunter2 sslnegotiation=direct" }""", "connectionString")]
    [InlineData("""{ "connectionString": "Host=x;Password=hunter2-hunter2;Passfile=/etc/hostname" }""", "connectionString")]
    [InlineData("""{}""", "connectionString")]
    public async Task What_is_wrong_is_said_by_field_and_nothing_is_kept(string body, string field)
    {
        using var client = app.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PutAsync(new Uri("/api/v1/targets/wrong", UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.DoesNotContain(Password, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM saved_targets WHERE name = 'wrong'"));
    }

    [Fact]
    public async Task A_target_in_libpq_s_form_is_watched_and_its_address_is_only_that()
    {
        await using var role = await postgres.CreateRoleAsync();
        var server = new NpgsqlConnectionStringBuilder(role.ConnectionString);
        using var client = app.CreateClient();
        var text = $"host={server.Host} port={server.Port} user={role.Name} password='{role.Password}' dbname=postgres sslmode=prefer";
        using var created = await PutAsync(
            client,
            "libpq-form",
            new { connectionString = text, metrics = new[] { "up" }, intervals = new Dictionary<string, string> { ["*"] = "1s" } });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(
            $"{server.Host}:{server.Port}",
            (await created.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("address").GetString());
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/targets/libpq-form")).GetProperty("status").GetString() == "up", "it is watched");
        using var removed = await client.DeleteAsync(new Uri("/api/v1/targets/libpq-form", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Fact]
    public async Task Targets_of_the_settings_are_changed_there()
    {
        using var client = app.CreateClient();
        using var put = await PutAsync(client, CollectorApp.Target, new { connectionString = "Host=x" });
        using var delete = await client.DeleteAsync(new Uri($"/api/v1/targets/{CollectorApp.Target}", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (put.StatusCode, delete.StatusCode));
        Assert.Contains("change it there", await put.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_is_tried_as_it_is_and_as_it_would_be_and_nothing_is_stored()
    {
        var known = await TestAsync(CollectorApp.Target, null);
        Assert.True(known.GetProperty("works").GetBoolean());
        Assert.Equal("primary", known.GetProperty("role").GetString());
        Assert.NotEmpty(known.GetProperty("outcomes").EnumerateArray());

        var narrower = await TestAsync(CollectorApp.Target, new { metrics = new[] { "up" } });
        Assert.True(narrower.GetProperty("works").GetBoolean());
        Assert.Equal(1, narrower.GetProperty("outcomes").GetArrayLength());

        var good = await TestAsync("unsaved", new { connectionString = postgres.ConnectionString, metrics = new[] { "up", "database" } });
        Assert.True(good.GetProperty("works").GetBoolean());
        var nobody = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = "nobody", Password = Password };
        var bad = await TestAsync("unsaved", new { connectionString = nobody.ConnectionString });
        Assert.False(bad.GetProperty("works").GetBoolean());
        Assert.NotNull(bad.GetProperty("reason").GetString());
        Assert.DoesNotContain(Password, bad.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM targets WHERE name = 'unsaved'"));

        using var client = app.CreateClient();
        using var unknown = await client.PostAsync(new Uri("/api/v1/targets/unknown/test", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string target, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await client.PutAsync(new Uri($"/api/v1/targets/{target}", UriKind.Relative), content, Cancellation);
    }

    private async Task<JsonElement> TestAsync(string target, object? body)
    {
        using var client = app.CreateClient();
        using var content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"/api/v1/targets/{target}/test", UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
