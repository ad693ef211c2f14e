using System.Net;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Security;

/// <summary>What the log of the program as people run it says of those who try keys.</summary>
[Trait("PostgreSQL", "any")]
public sealed class RefusedCallersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hundreds_of_wrong_keys_are_one_line_that_says_from_where()
    {
        using var directory = new TemporaryDirectory();
        var wrong = GuardedApp.NewKey();
        await File.WriteAllTextAsync(directory.File("me.key"), GuardedApp.NewKey(), Cancellation);
        await using var service = ServiceProcess.Start(directory, new Dictionary<string, string>
        {
            ["Security:Keys:0:Name"] = "me",
            ["Security:Keys:0:Scopes:0"] = "read",
            ["Security:Keys:0:File"] = directory.File("me.key"),
            ["Security:RequestsPerMinute"] = "200",
        });
        await Eventually.TrueAsync(() => service.AnswersAsync("/healthz"), "it is alive");
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", wrong);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 400; i++)
        {
            using var answer = await service.Client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses.Distinct());
        await Eventually.TrueAsync(() => Task.FromResult(Lines(service).Count >= 2), "both refusals are logged");

        // One for each reason, and counts where the machine is so slow that a minute went by.
        Assert.InRange(Lines(service).Count, 2, 8);
        Assert.All(Lines(service), line => Assert.Contains("from 127.0.0.1", line, StringComparison.Ordinal));
        Assert.Contains(Lines(service), line => line.Contains("The key is unknown or was revoked.", StringComparison.Ordinal));
        Assert.DoesNotContain("ApiKeyHandler", service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, service.Output, StringComparison.Ordinal);
    }

    private static List<string> Lines(ServiceProcess service) =>
        [.. service.Output.Split('\n').Where(line => line.Contains("Refused ", StringComparison.Ordinal))];
}
