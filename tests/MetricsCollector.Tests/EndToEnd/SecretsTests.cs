using System.Text;
using MetricsCollector.Tests.Security;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>Passwords in every place that may hold one, and everything going wrong: none of them is ever seen.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SecretsTests(PostgresFixture postgres)
{
    private const string Marker = "Sup3r:se/cr@t;";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_log_answer_or_output_holds_a_password()
    {
        using var directory = new TemporaryDirectory();
        await using var role = await postgres.CreateRoleAsync();
        var secrets = Enumerable.Range(0, 6).Select(i => $"s3cr3t-{i}-{Guid.NewGuid():N}").ToList();
        var key = GuardedApp.NewKey();
        await File.WriteAllTextAsync(directory.File("key"), key, Cancellation);
        await File.WriteAllTextAsync(directory.File("pgpass"), $"*:*:*:*:{secrets[0]}\n", Cancellation);
        Directory.CreateDirectory(directory.File("secrets"));
        await File.WriteAllTextAsync(directory.File("secrets/Targets__1__ConnectionString"), With("Password", secrets[1]), Cancellation);
        var good = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = role.Name, Password = role.Password };
        var settings = new Dictionary<string, string>
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Npgsql"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Information",
            ["ConnectionStrings:Store"] = $"Host=127.0.0.1;Port=1;Username=me;Password={secrets[2]}",
            ["Secrets:Directory"] = directory.File("secrets"),
            ["Security:Keys:0:Name"] = "me",
            ["Security:Keys:0:Scopes:0"] = "admin",
            ["Security:Keys:0:File"] = directory.File("key"),
            ["OpenTelemetry:Endpoint"] = "http://127.0.0.1:1",
            ["OpenTelemetry:Headers"] = "Authorization=" + secrets[3],
            ["Targets:0:Name"] = "by-passfile",
            ["Targets:0:ConnectionString"] = With("Passfile", directory.File("pgpass")),
            ["Targets:1:Name"] = "by-file",
            ["Targets:2:Name"] = "by-uri",
            ["Targets:2:ConnectionString"] = $"postgres://nobody:{secrets[4]}@127.0.0.1:1/x",
            ["Targets:3:Name"] = "good",
            ["Targets:3:ConnectionString"] = good.ConnectionString,
            ["Collection:Interval"] = "1s",
        };
        var seen = new StringBuilder();
        await using (var collector = ServiceProcess.Start(directory, settings))
        {
            await Eventually.TrueAsync(() => collector.AnswersAsync("/healthz"), "the service answers");
            string[] paths =
            [
                "/api/v1/status", "/api/v1/targets", "/api/v1/collections", "/metrics", "/swagger/v1/swagger.json",
                "/api/v1/snapshots?from=-1h", "/api/v1/query?metric=x", $"/api/v1/targets/{key}", "/no",
            ];
            foreach (var path in paths)
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Get, new Uri(path.Replace(key, "unknown", StringComparison.Ordinal), UriKind.Relative));
                request.Headers.Add("X-Api-Key", key);
                using var answer = await collector.Client.SendAsync(request, Cancellation);
                seen.AppendLine(answer.ToString()).AppendLine(await answer.Content.ReadAsStringAsync(Cancellation));
            }

            Assert.Contains("by-passfile", seen.ToString(), StringComparison.Ordinal);
            await Eventually.TrueAsync(
                () => Task.FromResult(
                    collector.Output.Contains("Target by-file is down", StringComparison.Ordinal)
                        && collector.Output.Contains("Target good is up", StringComparison.Ordinal)),
                "every target was tried");
            await collector.TerminateAsync();
            Assert.Equal(0, await collector.ExitAsync(TimeSpan.FromSeconds(30)));
            seen.AppendLine(collector.Output);
        }

        (string Name, string Value)[] wrong =
        [
            ("Targets:3:ConnectionString", $"Host=x;Passwort={secrets[5]}"),
            ("ConnectionStrings:Store", $"postgres://me:{secrets[5]}@:x/"),
            ("Targets:0:Preset", "none"),
        ];
        foreach (var (name, value) in wrong)
        {
            await using var refused = ServiceProcess.Start(directory, new Dictionary<string, string>(settings) { [name] = value });
            Assert.Equal(1, await refused.ExitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("The settings are wrong", refused.Output, StringComparison.Ordinal);
            seen.AppendLine(refused.Output);
        }

        await using var check = ServiceProcess.Start(directory, settings, "http", "check");
        Assert.Equal(1, await check.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("Reached unencrypted: good", check.Output, StringComparison.Ordinal);
        seen.AppendLine(check.Output);
        foreach (var log in Directory.GetFiles(directory.File("logs")))
        {
            seen.AppendLine(await File.ReadAllTextAsync(log, Cancellation));
        }

        Assert.All([.. secrets, key, role.Password], secret => Assert.DoesNotContain(secret, seen.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_is_taken_out_of_a_text_in_every_form_it_may_have()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        var connection = new NpgsqlConnectionStringBuilder { Host = "db", Username = "postgres", Password = Marker };
        configuration["Targets:0:ConnectionString"] = connection.ConnectionString;
        configuration["Targets:1:ConnectionString"] = "Host=db;Username=postgres;Password=postgres";
        var secrets = new MetricsCollector.Configuration.SecretRegistry(configuration);
        Assert.Equal("a *** b *** of postgres", secrets.Redact($"a {Marker} b {Uri.EscapeDataString(Marker)} of postgres"));
        secrets.Learn("postgres://me:le%40rned@db/x");
        secrets.Learn("not a connection string");
        Assert.Equal("a *** b ***", secrets.Redact("a le@rned b le%40rned"));
    }

    private string With(string keyword, string value) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            Username = "nobody_" + keyword,
            Password = null,
            [keyword] = value,
        }.ConnectionString;
}
