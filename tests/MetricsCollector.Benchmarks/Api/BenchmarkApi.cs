using System.Net;
using MetricsCollector.Api;
using MetricsCollector.Api.Prometheus;
using MetricsCollector.Api.Queries;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Commands;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Security;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Targets;
using MetricsCollector.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsCollector.Benchmarks.Api;

/// <summary>The whole service over a private server, and beside it a bare web server that answers bytes from memory.</summary>
internal sealed class BenchmarkApi : IAsyncDisposable
{
    /// <summary>Name of the target.</summary>
    public const string Target = "bench";

    private readonly LocalServer _server;
    private readonly WebApplication _service;
    private readonly WebApplication _bare;
    private byte[] _bytes = [];
    private string _type = string.Empty;

    private BenchmarkApi(LocalServer server, WebApplication service)
    {
        _server = server;
        _service = service;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _bare = builder.Build();
        _bare.MapGet("/", Bytes);
    }

    /// <summary>Where the service listens.</summary>
    public IPEndPoint Service => EndPoint(_service);

    /// <summary>Where the bare web server listens.</summary>
    public IPEndPoint Bare => EndPoint(_bare);

    /// <summary>Its newest snapshots.</summary>
    public LatestSnapshots Latest => _service.Services.GetRequiredService<LatestSnapshots>();

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _service.Services;

    /// <summary>A connection string for its store, which is the watched server.</summary>
    public string Store => _server.ConnectionString();

    /// <summary>Starts both, and waits until the service has collected.</summary>
    public static async Task<BenchmarkApi> StartAsync(CancellationToken cancellationToken)
    {
        var server = await LocalServer.StartAsync(cancellationToken: cancellationToken);
        var api = new BenchmarkApi(server, Build(server.ConnectionString()));
        await api._service.StartAsync(cancellationToken);
        await api._bare.StartAsync(cancellationToken);
        while (api.Latest.Find(Target, "database") is null)
        {
            await Task.Delay(50, cancellationToken);
        }

        return api;
    }

    /// <summary>What the bare web server answers from now on: what the service answers to a path now.</summary>
    public async Task AnswerAsync(string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://{Service}{path}"), cancellationToken);
        answer.EnsureSuccessStatusCode();
        _bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        _type = answer.Content.Headers.ContentType!.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _bare.DisposeAsync();
        await _service.StopAsync();
        await _service.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static WebApplication Build(string postgres)
    {
        // Collects once and then leaves the machine to the measurement.
        var builder = CollectorHost.CreateBuilder(new HostSettings([])
        {
            Quiet = true,
            Overrides = new Dictionary<string, string?>
            {
                ["urls"] = "http://127.0.0.1:0",
                ["ConnectionStrings:Store"] = postgres,
                ["Storage:Spool:MaxBytes"] = "0",
                ["Storage:Retention"] = "3650d",
                ["Targets:0:Name"] = Target,
                ["Targets:0:ConnectionString"] = postgres,
                ["Collection:Interval"] = "1h",
            },
        });
        builder.Services.AddTargets(builder.Configuration);
        builder.Services.AddCatalog(builder.Configuration);
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddCollection(builder.Configuration);
        builder.Services.AddAssignment();
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddSecurity(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        var app = builder.Build();
        app.UseApi();
        app.MapPrometheus();
        var api = app.MapGroup("/api/v1");
        api.MapLatestSnapshots();
        api.MapQuery();
        api.MapBatch();
        return app;
    }

    private static IPEndPoint EndPoint(WebApplication app) => new(IPAddress.Loopback, new Uri(app.Urls.First()).Port);

    private async Task Bytes(HttpContext context)
    {
        context.Response.ContentType = _type;
        context.Response.ContentLength = _bytes.Length;
        await context.Response.BodyWriter.WriteAsync(_bytes, context.RequestAborted);
    }
}
