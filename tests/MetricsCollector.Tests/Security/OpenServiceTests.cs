using System.Net;
using MetricsCollector.Security;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;

namespace MetricsCollector.Tests.Security;

/// <summary>A service without any key.</summary>
[Trait("PostgreSQL", "any")]
public sealed class OpenServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("urls", "http://0.0.0.0:5080")]
    [InlineData("urls", "http://localhost:5080;http://*:5081")]
    [InlineData("urls", "http://[::]:5080")]
    [InlineData("urls", "http://collector.example:5080")]
    [InlineData("http_ports", "5080")]
    [InlineData("https_ports", "5443")]
    [InlineData("Kestrel:Endpoints:Main:Url", "http://10.0.0.1:5080")]
    public void It_refuses_other_addresses_and_says_what_to_write(string setting, string value)
    {
        var result = Validate(new SecurityOptions(), (setting, value));
        Assert.Contains("Security__Keys__0__File", result, StringComparison.Ordinal);
        Assert.Contains("Security__AllowAnonymous=true", result, StringComparison.Ordinal);
        Assert.Null(Validate(new SecurityOptions { AllowAnonymous = true }, (setting, value)));
    }

    [Theory]
    [InlineData("urls", "http://localhost:5080")]
    [InlineData("urls", "http://127.0.0.1:5080;http://[::1]:5080")]
    [InlineData("urls", "http://unix:/run/collector.sock")]
    [InlineData("Kestrel:Endpoints:Main:Url", "http://localhost:5080")]
    public void It_listens_on_this_machine(string setting, string value) => Assert.Null(Validate(new SecurityOptions(), (setting, value)));

    [Fact]
    public void Endpoints_win_over_addresses_and_addresses_over_ports_as_in_the_web_server()
    {
        Assert.Null(Validate(new SecurityOptions(), ("Kestrel:Endpoints:Main:Url", "http://localhost:1"), ("urls", "http://*:2")));
        Assert.Null(Validate(new SecurityOptions(), ("urls", "http://localhost:1"), ("http_ports", "2")));
    }

    [Theory]
    [InlineData("127.0.0.1", false, HttpStatusCode.OK)]
    [InlineData("::1", false, HttpStatusCode.OK)]
    [InlineData("192.0.2.7", false, HttpStatusCode.Forbidden)]
    [InlineData("192.0.2.7", true, HttpStatusCode.OK)]
    public async Task It_answers_this_machine_only_however_a_request_came(string address, bool anonymous, HttpStatusCode expected)
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory, ("Security:AllowAnonymous", anonymous ? "true" : "false"));
        var context = await app.Server.SendAsync(request =>
        {
            request.Connection.RemoteIpAddress = IPAddress.Parse(address);
            request.Request.Method = "GET";
            request.Request.Path = "/api/v1/status";
            request.Request.Host = new("localhost");
        }, Cancellation);
        Assert.Equal(expected, (HttpStatusCode)context.Response.StatusCode);
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("x-forwarded-host", "collector.example")]
    [InlineData("X-Original-For", "127.0.0.1:5000")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData(null, null)]
    public async Task What_came_through_a_proxy_on_this_machine_is_not_of_this_machine(string? header, string? value)
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory);
        (string, bool, int)[] requests = [("/api/v1/status", true, 403), ("/api/v1/status", false, 200), ("/healthz", true, 200)];
        foreach (var (path, proxied, expected) in requests)
        {
            var context = await app.Server.SendAsync(request =>
            {
                request.Connection.RemoteIpAddress = IPAddress.Loopback;
                request.Request.Method = "GET";
                request.Request.Path = path;
                request.Request.Host = new("localhost");
                if (proxied && header is not null)
                {
                    request.Request.Headers[header] = value;
                }
                else if (proxied)
                {
                    // nginx adds no header unless told to.
                    request.Request.Protocol = "HTTP/1.0";
                }
            }, Cancellation);
            Assert.Equal(expected, context.Response.StatusCode);
            if (expected == 403)
            {
                using var answer = new StreamReader(context.Response.Body);
                Assert.Contains("through a proxy and no key is set", await answer.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_name_that_a_stranger_s_page_resolves_to_this_machine_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory);
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status", UriKind.Relative))
        {
            Headers = { Host = "rebound.example" },
        };
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task More_requests_than_are_set_are_told_when_to_come_back_and_health_is_not_counted()
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory, ("Security:AllowAnonymous", "true"), ("Security:RequestsPerMinute", "2"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i < 2 ? 200 : 429, await StatusAsync("/api/v1/status", "192.0.2.7"));
            Assert.Equal(200, await StatusAsync("/healthz", "192.0.2.7"));
        }

        Assert.Equal(200, await StatusAsync("/api/v1/status", "192.0.2.8"));

        async Task<int> StatusAsync(string path, string address) => (await app.Server.SendAsync(request =>
        {
            request.Connection.RemoteIpAddress = IPAddress.Parse(address);
            request.Request.Method = "GET";
            request.Request.Path = path;
            request.Request.Host = new("localhost");
        }, Cancellation)).Response.StatusCode;
    }

    private static WebApplicationFactory<Program> App(TemporaryDirectory directory, params (string Name, string Value)[] settings) =>
        new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Storage:Path", directory.File("store.db"));
            builder.UseSetting("Log:Path", string.Empty);
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }
        });

    private static string? Validate(SecurityOptions options, params (string Name, string Value)[] settings)
    {
        var values = settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new SecurityOptionsValidator(configuration).Validate(null, options).FailureMessage;
    }
}
