using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Formats.Rows;

/// <summary>An answer in rows, written while it is read.</summary>
/// <param name="format">Its format.</param>
/// <param name="rows">What it holds.</param>
internal sealed class RowsResult<T>(IRowFormat format, RowSet<T> rows) : IResult
    where T : class
{
    // Rows have no place for it.
    private const string NextCursorHeader = "X-Next-Cursor";

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = format.MediaTypes[0] + "; charset=utf-8";
        response.Headers[HeaderNames.Vary] = HeaderNames.Accept;
        if (rows.NextCursor is { } cursor)
        {
            response.Headers[NextCursorHeader] = cursor;
        }

        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        await format.WriteAsync(rows, new RowOutput(response.BodyWriter, json), httpContext.RequestAborted);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
