using System.Net;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Tests.Security;

/// <summary>Streams that are open while something about their caller changes.</summary>
[Trait("PostgreSQL", "any")]
public sealed class OpenStreamTests(GuardedApp app) : IClassFixture<GuardedApp>
{
    // Only how long a broken test waits before it says so.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    [InlineData("br, gzip, deflate")]
    [InlineData("*")]
    public async Task A_stream_says_at_once_that_it_is_open_and_is_never_compressed(string encodings)
    {
        using var client = app.CreateClient();
        using var answer = await OpenAsync(
            client, request => request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, encodings), app.Collector);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.All(answer.Content.Headers.ContentEncoding, encoding => Assert.Equal("identity", encoding));
    }

    [Fact]
    public async Task A_revoked_key_ends_its_stream_and_no_other()
    {
        using var client = app.CreateClient();
        using var revoked = await OpenAsync(client, null, app.Reader);
        using var kept = await OpenAsync(client, null, app.Collector);
        using var expired = await OpenAsync(client, null, app.Issuer.Token("read", validMinutes: 0));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { revoked, kept, expired }.Select(answer => answer.StatusCode));
        var others = EndsAsync(kept);
        await File.WriteAllTextAsync(app.ReaderFile, GuardedApp.NewKey(), Cancellation);
        try
        {
            await EndsAsync(revoked).WaitAsync(Patience, Cancellation);
            await EndsAsync(expired).WaitAsync(Patience, Cancellation);
            Assert.False(others.IsCompleted);
        }
        finally
        {
            await File.WriteAllTextAsync(app.ReaderFile, app.Reader, Cancellation);
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, Action<HttpRequestMessage>? change, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/stream", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", key);
        change?.Invoke(request);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation).WaitAsync(Patience, Cancellation);
    }

    private static async Task EndsAsync(HttpResponseMessage answer)
    {
        try
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
            while (await lines.ReadLineAsync(Cancellation) is not null)
            {
            }
        }
        catch (IOException)
        {
            // Cut off.
        }
    }
}
