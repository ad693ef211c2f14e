using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// Every form of a connection string with a password of its own, accepted or refused, by settings and over the API: no password is on the
/// console, in the log, in an answer, in what is sent to a collector of telemetry, or in a file of the store or the spool.
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed class ConnectionSecretsTests(PostgresFixture postgres)
{
    private static readonly string[] Accepted =
    [
        "Host=127.0.0.1;Port=1;Username=me;Password={0};SSL Password={1};SSL Certificate=/none",
        "host=127.0.0.1 port=1 user=me password={0} dbname=postgres sslmode=disable",
        "password='{0}' host = localhost port = 1 user=me sslpassword={1}",
        "postgres://me:{0}@127.0.0.1:1/postgres",
        "postgresql://127.0.0.1:1/postgres?user=me&password={0}&sslpassword={1}",
        "postgresql://me:{0}@127.0.0.1:1,localhost:2/postgres?target_session_attrs=any",
    ];

    private static readonly string[] Refused =
    [
        "host=127.0.0.1 port=1 user=me passwort={0} password={1}",
        "Host=127.0.0.1 port=1 user=me password={0}",
        "127.0.0.1 port=1 user=me password={0}",
        "jdbc:postgresql://127.0.0.1:1/x?user=me&password={0}",
        "jdbc:postgresql://me:{0}@127.0.0.1/x",
        "Server=127.0.0.1;Pasword={0}",
        "postgres://me:{0}@127.0.0.1:one/x",
        "postgres://me:{0}@127.0.0.1/x?sslmod=require",
        "Host=127.0.0.1;Password={0};Multiplexing=true",
        "host=127.0.0.1 password={0} target_session_attrs={1}",
        "host=127.0.0.1 password={0} replication=database",
        "host=127.0.0.1 password={0} sslnegotiation=direct",
        "Host=127.0.0.1;Password={0};Port={1}",
        "{0}",
    ];

    private readonly ConcurrentBag<string> _secrets = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_password_is_seen_while_targets_and_the_store_are_away()
    {
        using var directory = new TemporaryDirectory();
        var seen = new StringBuilder();
        var bodies = new ConcurrentQueue<string>();
        await using var receiver = Receiver(bodies);
        await receiver.StartAsync(Cancellation);
        var settings = Settings(Accepted);
        settings["ConnectionStrings:Store"] = Fill("host=127.0.0.1 port=1 user=me password={0} dbname=x sslpassword={1}");
        settings["OpenTelemetry:Endpoint"] = receiver.Urls.Single();
        settings["OpenTelemetry:Headers"] = Fill("Authorization=Bearer {0}");
        settings["OpenTelemetry:Interval"] = "1s";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "500";
        await using (var service = ServiceProcess.Start(directory, settings))
        {
            await Eventually.TrueAsync(() => service.AnswersAsync("/healthz"), "the service answers");
            await Eventually.TrueAsync(
                () => Task.FromResult(
                    Accepted.Index().All(one => service.Output.Contains($"Target t{one.Index} is down", StringComparison.Ordinal))),
                "every target was tried");
            await Eventually.TrueAsync(
                () => Task.FromResult(bodies.Any(body => body.Contains("CONNECT", StringComparison.Ordinal))),
                "traces of connections were sent");
            await Eventually.TrueAsync(() => Task.FromResult(File.Exists(directory.File("data/spool.db"))), "something is spooled");
            await ReadAllAsync(service, seen);
            await service.TerminateAsync();
            await service.ExitAsync(TimeSpan.FromSeconds(60));
            seen.AppendLine(service.Output);
        }

        Assert.Contains("127.0.0.1:1,localhost:2", seen.ToString(), StringComparison.Ordinal);
        await AssertNoneAsync(directory, seen.AppendJoin('\n', bodies));
    }

    [Fact]
    public async Task No_password_is_seen_that_comes_over_the_API()
    {
        using var directory = new TemporaryDirectory();
        var seen = new StringBuilder();
        var settings = Settings([]);
        settings["Targets:0:Name"] = "good";
        settings["Targets:0:ConnectionString"] = postgres.ConnectionString;
        await using (var service = ServiceProcess.Start(directory, settings))
        {
            await Eventually.TrueAsync(() => service.AnswersAsync("/readyz"), "the service is ready");
            foreach (var (i, form) in Accepted
                .Select(form => form.Replace(";SSL Certificate=/none", string.Empty, StringComparison.Ordinal))
                .Index())
            {
                Assert.Equal(HttpStatusCode.Created, await PutAsync(service, $"t{i}", Fill(form), seen));
                Assert.Equal(HttpStatusCode.OK, await TryAsync(service, Fill(form), seen));
            }

            foreach (var form in Refused)
            {
                Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(service, "refused", Fill(form), seen));
                Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(service, Fill(form), seen));
            }

            await Eventually.TrueAsync(
                () => Task.FromResult(
                    Accepted.Index().All(one => service.Output.Contains($"Target t{one.Index} is down", StringComparison.Ordinal))),
                "every target was tried");
            await ReadAllAsync(service, seen);
            await service.TerminateAsync();
            await service.ExitAsync(TimeSpan.FromSeconds(60));
            seen.AppendLine(service.Output);
        }

        // After a restart they are read from the store, and all are watched.
        await using (var again = ServiceProcess.Start(directory, settings))
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(
                    Accepted.Index().All(one => again.Output.Contains($"Target t{one.Index} is down", StringComparison.Ordinal))),
                "every target is tried again");
            seen.AppendLine(again.Output);
        }

        await AssertNoneAsync(directory, seen);
    }

    [Fact]
    public async Task What_is_refused_at_the_start_is_told_without_any_of_it()
    {
        using var directory = new TemporaryDirectory();
        var settings = Settings(Refused);
        settings["ConnectionStrings:Store"] = Fill("Host=127.0.0.1 user=me password={0}");
        var seen = new StringBuilder();
        foreach (var command in (string[])["serve", "check"])
        {
            var (code, output, errors) = await CollectorProcess.RunAsync(directory, settings, command);
            Assert.Equal(1, code);
            Assert.All(Refused.Index(), one => Assert.Contains($"Targets:{one.Index}:ConnectionString", errors, StringComparison.Ordinal));
            Assert.Contains("or postgres://user@host/database", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("***", errors, StringComparison.Ordinal);
            seen.AppendLine(output).AppendLine(errors);
        }

        settings = Settings([]);
        settings["ConnectionStrings:Store"] = Fill("jdbc:postgresql://me:{0}@127.0.0.1/x?password={1}");
        var store = await CollectorProcess.RunAsync(directory, settings, "serve");
        Assert.Equal(1, store.ExitCode);
        Assert.Contains("ConnectionStrings:Store", store.Errors, StringComparison.Ordinal);
        await AssertNoneAsync(directory, seen.AppendLine(store.Output).AppendLine(store.Errors));
    }

    private static WebApplication Receiver(ConcurrentQueue<string> bodies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            bodies.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        return receiver;
    }

    private static async Task ReadAllAsync(ServiceProcess service, StringBuilder seen)
    {
        foreach (var path in (string[])
            [
                "/api/v1/status", "/api/v1/targets", "/api/v1/targets/t0", "/api/v1/targets/t1", "/api/v1/metrics", "/api/v1/collections",
                "/api/v1/snapshots/latest", "/api/v1/snapshots?from=-1h", "/api/v1/series?metric=up",
                "/api/v1/query?metric=up&field=up&from=-5m",
                "/api/v1/diff?metric=up&from=-5m", "/metrics", "/api/v1/prometheus/targets", "/swagger/v1/swagger.json", "/healthz",
                "/readyz",
            ])
        {
            using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            seen.AppendLine(answer.ToString()).AppendLine(await answer.Content.ReadAsStringAsync(Cancellation));
        }
    }

    private static async Task<HttpStatusCode> PutAsync(ServiceProcess service, string name, string connectionString, StringBuilder seen)
    {
        using var answer = await service.Client.PutAsJsonAsync(
            $"/api/v1/targets/{name}", new { connectionString, intervals = new Dictionary<string, string> { ["*"] = "1s" } }, Cancellation);
        seen.AppendLine(answer.ToString()).AppendLine(await answer.Content.ReadAsStringAsync(Cancellation));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> TryAsync(ServiceProcess service, string connectionString, StringBuilder seen)
    {
        using var answer = await service.Client.PostAsJsonAsync(
            "/api/v1/targets/tried/test", new { connectionString, metrics = new[] { "up" } }, Cancellation);
        seen.AppendLine(answer.ToString()).AppendLine(await answer.Content.ReadAsStringAsync(Cancellation));
        return answer.StatusCode;
    }

    private Dictionary<string, string> Settings(IReadOnlyList<string> forms)
    {
        var settings = new Dictionary<string, string>
        {
            ["Collection:Interval"] = "1s",
            ["Logging:LogLevel:Default"] = "Debug",
            ["Logging:LogLevel:Npgsql"] = "Trace",
        };
        foreach (var (i, form) in forms.Index())
        {
            settings[$"Targets:{i}:Name"] = $"t{i}";
            settings[$"Targets:{i}:ConnectionString"] = Fill(form);
        }

        return settings;
    }

    private string Fill(string form)
    {
        var text = form;
        for (var i = 0; i < 2; i++)
        {
            var secret = $"s3cr3t{Guid.NewGuid():N}";
            if (text.Contains($"{{{i}}}", StringComparison.Ordinal))
            {
                _secrets.Add(secret);
            }

            text = text.Replace($"{{{i}}}", secret, StringComparison.Ordinal);
        }

        return text;
    }

    private async Task AssertNoneAsync(TemporaryDirectory directory, StringBuilder seen)
    {
        Assert.NotEmpty(_secrets);
        var files = Directory.GetFiles(Path.GetDirectoryName(directory.File("any"))!, "*", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            // Also of a file that SQLite still has open.
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            seen.AppendLine(await reader.ReadToEndAsync(Cancellation));
        }

        var text = seen.ToString();
        Assert.All(_secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }
}
