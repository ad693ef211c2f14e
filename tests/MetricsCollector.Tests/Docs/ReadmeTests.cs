using System.Net;
using System.Text.RegularExpressions;
using MetricsCollector.Tests.Api;

namespace MetricsCollector.Tests.Docs;

/// <summary>What README tells people to ask is answered.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed partial class ReadmeTests(CollectorApp app)
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<string> Requests =>
        [.. Request().Matches(Text).Select(match => match.Groups["path"].Value).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_answered(string path)
    {
        using var client = app.CreateClient();
        var here = path.Replace("/targets/demo/", $"/targets/{CollectorApp.Target}/", StringComparison.Ordinal);
        using var answer = await client.GetAsync(new Uri(here, UriKind.Relative), TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {body}");
    }

    [Fact]
    public void The_table_of_symptoms_has_its_requests() => Assert.InRange(Requests.Count, 20, 40);

    [GeneratedRegex("`(?:GET )?(?<path>/(?:api/v1/|readyz|healthz|metrics)[^`]*)`")]
    private static partial Regex Request();
}
