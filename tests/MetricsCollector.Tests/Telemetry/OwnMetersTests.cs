using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace MetricsCollector.Tests.Telemetry;

/// <summary>What the collector tells of itself, to OpenTelemetry and to Prometheus.</summary>
[Trait("PostgreSQL", "any")]
[Collection(nameof(OneServiceAtATime))]
public sealed class OwnMetersTests(PostgresFixture postgres)
{
    private static readonly string[] Meters =
    [
        "metrics_collector.pass.duration", "metrics_collector.pass.lateness", "metrics_collector.snapshots", "metrics_collector.samples",
        "metrics_collector.targets",
        "metrics_collector.store.up", "metrics_collector.store.write.duration", "metrics_collector.store.written.samples",
        "metrics_collector.queue.passes",
        "metrics_collector.spool.passes", "metrics_collector.spool.size", "metrics_collector.dropped.passes",
        "http.server.request.duration",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_gets_every_meter_and_the_traces()
    {
        var bodies = new ConcurrentQueue<(string Path, string Text)>();
        await using var receiver = Receiver(bodies);
        await receiver.StartAsync(Cancellation);
        using var directory = new TemporaryDirectory();
        await using var app = App(directory, ("OpenTelemetry:Endpoint", receiver.Urls.First()), ("OpenTelemetry:Interval", "1s"));
        using var client = app.CreateClient();
        await ReadyAsync(client);

        foreach (var meter in Meters)
        {
            await Eventually.TrueAsync(() => Task.FromResult(Got("/v1/metrics", meter)), $"{meter} has come");
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(Got("/v1/traces", "collect") && Got("/v1/traces", "write store")), "the traces have come");
        bool Got(string path, string text) => bodies.Any(body => body.Path == path && body.Text.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prometheus_reads_them_as_its_rules_say()
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory);
        using var client = app.CreateClient();
        await ReadyAsync(client);
        var page = string.Empty;
        await Eventually.TrueAsync(
            async () =>
            {
                page = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);
                return Meters.All(meter => page.Contains($"# TYPE {FamilyOf(meter)}", StringComparison.Ordinal));
            },
            "every meter has counted something");
        var own = page.Split('\n').Where(line => line.StartsWith("metrics_collector_", StringComparison.Ordinal)
            || line.Contains(" metrics_collector_", StringComparison.Ordinal)).ToList();
        var types = own
            .Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[2], words => words[3], StringComparer.Ordinal);
        Assert.All(types, family => Assert.Equal(family.Value == "counter", family.Key.EndsWith("_total", StringComparison.Ordinal)));
        Assert.Contains("metrics_collector_targets{status=\"up\"} 1", own);
        Assert.Equal((0, string.Empty), await PromtoolAsync(string.Join('\n', own) + "\n"));
    }

    [Fact]
    public async Task One_target_s_page_is_of_that_target_alone()
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory);
        using var client = app.CreateClient();
        await ReadyAsync(client);
        Assert.DoesNotContain(
            "metrics_collector_targets", await client.GetStringAsync(new Uri("/metrics?target=watched", UriKind.Relative), Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_come_as_asked()
    {
        using var directory = new TemporaryDirectory();
        await using var app = App(directory);
        using var client = app.CreateClient();
        await ReadyAsync(client);
        await Eventually.TrueAsync(async () => await HasAsync("?own=off") == (true, false), "the target is collected");
        Assert.Equal((true, true), await HasAsync(string.Empty));
        Assert.Equal((true, true), await HasAsync("?own=on"));
        Assert.Equal((false, true), await HasAsync("?own=only"));
        Assert.Equal((true, false), await HasAsync("?target=watched"));
        Assert.Equal((true, true), await HasAsync("?target=watched&own=on"));

        async Task<(bool Targets, bool Own)> HasAsync(string query)
        {
            var text = await client.GetStringAsync(new Uri("/metrics" + query, UriKind.Relative), Cancellation);
            return (text.Contains("pg_up{", StringComparison.Ordinal), text.Contains(
                "metrics_collector_build_info", StringComparison.Ordinal));
        }
    }

    private static string FamilyOf(string meter) =>
        ("metrics_collector_" + meter.Replace("metrics_collector.", string.Empty, StringComparison.Ordinal)).Replace('.', '_');

    private static WebApplication Receiver(ConcurrentQueue<(string Path, string Text)> bodies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);

            // Names are plain text in protobuf.
            bodies.Enqueue((request.Path, Encoding.Latin1.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
        return receiver;
    }

    private static async Task ReadyAsync(HttpClient client) =>
        await Eventually.TrueAsync(
            async () => (await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation)).IsSuccessStatusCode,
            "the service is ready");

    // Prometheus' own opinion, where its tool is available.
    private static async Task<(int Code, string Complaints)> PromtoolAsync(string page)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "promtool"))
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            return (0, string.Empty);
        }

        using var promtool = Process.Start(new ProcessStartInfo(path, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        var complaints =
            await promtool.StandardOutput.ReadToEndAsync(Cancellation) + await promtool.StandardError.ReadToEndAsync(Cancellation);
        await promtool.WaitForExitAsync(Cancellation);
        return (promtool.ExitCode, complaints);
    }

    private WebApplicationFactory<Program> App(TemporaryDirectory directory, params (string Name, string Value)[] settings) =>
        new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Storage:Path", directory.File("store.db"));
            builder.UseSetting("Log:Path", string.Empty);
            builder.UseSetting("Targets:0:Name", "watched");
            builder.UseSetting("Targets:0:ConnectionString", postgres.ConnectionString);
            builder.UseSetting("Collection:Interval", "2s");
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }
        });
}
