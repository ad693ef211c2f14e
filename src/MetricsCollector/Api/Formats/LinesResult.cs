using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Formats;

/// <summary>An answer in lines, written while it is read.</summary>
/// <param name="contentType">Its media type.</param>
/// <param name="write">Writes it.</param>
internal sealed class LinesResult(string contentType, Func<LineWriter, CancellationToken, Task> write) : IResult
{
    /// <summary>The header that carries the cursor of the next page: lines have no place for it.</summary>
    public const string NextCursor = "X-Next-Cursor";

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType + "; charset=utf-8";
        response.Headers[HeaderNames.Vary] = HeaderNames.Accept;
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        await write(new LineWriter(response.BodyWriter, json), httpContext.RequestAborted);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    /// <summary>One JSON object in each line.</summary>
    public static LinesResult Ndjson<T>(IAsyncEnumerable<T> items) => new(FormatChoice.Ndjson, async (lines, cancellationToken) =>
    {
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            lines.Json(item);
            await lines.FlushAsync(cancellationToken);
        }
    });
}
