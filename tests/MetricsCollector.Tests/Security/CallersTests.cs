using System.Net;
using System.Text.Json;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.Security;

/// <summary>Callers that come and go in the settings while the service runs.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CallersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => _directory.File("settings.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_caller_comes_goes_and_gets_another_scope_without_a_restart()
    {
        await WriteAsync(("me", "admin"));
        await using var app = App();
        await ReadyStore.WaitAsync(app);
        using var client = app.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await ExecuteAsync(client, "me"));

        await WriteAsync(("me", "admin"), ("grafana", "read"));
        await Eventually.TrueAsync(async () => await ExecuteAsync(client, "grafana") == HttpStatusCode.OK, "the new caller is let in");
        Assert.Equal(HttpStatusCode.Forbidden, await ExecuteAsync(client, "grafana", HttpMethod.Post));

        await WriteAsync(("me", "admin"), ("grafana", "collect"));
        await Eventually.TrueAsync(
            async () => await ExecuteAsync(client, "grafana", HttpMethod.Post) == HttpStatusCode.OK, "it may collect");

        await WriteAsync(("me", "admin"));
        await Eventually.TrueAsync(async () => await ExecuteAsync(client, "grafana") == HttpStatusCode.Unauthorized, "its key is revoked");
        Assert.Equal(HttpStatusCode.OK, await ExecuteAsync(client, "me"));
    }

    [Fact]
    public async Task Settings_that_leave_no_key_or_a_wrong_one_are_refused_and_the_callers_stay()
    {
        await WriteAsync(("me", "admin"));
        await using var app = App();
        await ReadyStore.WaitAsync(app);
        using var client = app.CreateClient();
        await System.IO.File.WriteAllTextAsync(File, "{}", Cancellation);
        await Eventually.TrueAsync(() => ReasonAsync(client, "Security:Keys is empty"), "the loss of all keys is refused");
        await WriteAsync(("me", "everything"));
        await Eventually.TrueAsync(() => ReasonAsync(client, "write read, collect or admin"), "the scope is refused");
        using var nobody = await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    private WebApplicationFactory<Program> App() => new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
    {
        builder.UseSetting("Settings:File", File);
        builder.UseSetting("Storage:Path", _directory.File("store.db"));
        builder.UseSetting("Log:Path", string.Empty);
    });

    private async Task WriteAsync(params (string Name, string Scope)[] callers)
    {
        foreach (var (name, _) in callers.Where(caller => !_keys.ContainsKey(caller.Name)))
        {
            _keys[name] = GuardedApp.NewKey();
            await System.IO.File.WriteAllTextAsync(_directory.File(name), _keys[name], Cancellation);
        }

        var keys = callers.Select(caller => new { caller.Name, Scopes = new[] { caller.Scope }, File = _directory.File(caller.Name) });
        await System.IO.File.WriteAllTextAsync(File, JsonSerializer.Serialize(new { Security = new { Keys = keys } }), Cancellation);
    }

    private async Task<bool> ReasonAsync(HttpClient client, string reason)
    {
        using var request = Request(HttpMethod.Get, "/api/v1/status", "me");
        using var answer = await client.SendAsync(request, Cancellation);
        return (await answer.Content.ReadAsStringAsync(Cancellation)).Contains(reason, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> ExecuteAsync(HttpClient client, string caller, HttpMethod? method = null)
    {
        using var request = Request(method ?? HttpMethod.Get, "/api/v1/collections", caller);
        using var answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string caller)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Api-Key", _keys[caller]);
        return request;
    }
}
